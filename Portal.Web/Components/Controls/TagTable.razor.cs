using Microsoft.AspNetCore.Components;
using Portal.Registry;
using Portal.Registry.Activity;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Web.Words;

namespace Portal.Web.Components.Controls;

/// <summary>A page of a repository's tags, to read and to select from.</summary>
public sealed partial class TagTable
{
    private const int ShownPlatforms = 2;

    // Whose menu is open.
    private Tag? _open;

    // All rows are made once they were to be printed.
    private int _whole = RowList.AtOnce;

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

    [Parameter, EditorRequired]
    public TagQuery Query { get; set; } = default!;

    [Parameter, EditorRequired]
    public RowPage<TagRow> Tags { get; set; } = default!;

    /// <summary>How often the tags were pulled.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyDictionary<Tag, Pulls> Pulls { get; set; } = new Dictionary<Tag, Pulls>();

    /// <summary>Whether the visitor may delete, and so has a use for selecting.</summary>
    [Parameter]
    public bool MayDelete { get; set; }

    /// <summary>The selected tags: the table adds and removes.</summary>
    [Parameter, EditorRequired]
    public ISet<Tag> Selected { get; set; } = default!;

    [Parameter]
    public EventCallback SelectedChanged { get; set; }

    /// <summary><c>host[:port]</c> of the registry, for pull commands.</summary>
    [Parameter, EditorRequired]
    public string Registry { get; set; } = string.Empty;

    /// <summary>Whether the visitor may push somewhere, and so has a use for copies.</summary>
    [Parameter]
    public bool MayCopy { get; set; }

    /// <summary>A tag is to be copied somewhere.</summary>
    [Parameter]
    public EventCallback<TagRow> OnCopy { get; set; }

    /// <summary>A tag is to be deleted.</summary>
    [Parameter]
    public EventCallback<TagRow> OnDelete { get; set; }

    [Inject]
    private RegistryPolicy Policy { get; set; } = default!;

    private bool IsAllSelected => Tags.Items.Count > 0 && Tags.Items.All(row => Selected.Contains(row.Name));

    private static bool IsLatest(TagRow row) => row.Name.ToString() == "latest";

    private Pulls PullsOf(TagRow row) => Pulls.GetValueOrDefault(row.Name);

    /// <summary>What the left-out columns say, for a narrow screen.</summary>
    private static string Summary(TagRow row, long pulls)
    {
        var platforms = string.Join(", ", row.Platforms.Take(ShownPlatforms)) + (row.Platforms.Count > ShownPlatforms ? "…" : string.Empty);
        var summary = $"{ByteSize.Format(row.Size)} · {(platforms.Length > 0 ? platforms : KindText.Of(row.ArtifactKind))}";
        return pulls == 0 ? summary : $"{summary} · {RepositoryWords.PullCount.With(pulls)}";
    }

    /// <summary>Names read best from A, sizes and moments from the largest.</summary>
    private string SortedBy(TagSort sort)
    {
        var descending = Query.Sort == sort ? !Query.Descending : sort != TagSort.Name;
        return PortalUrls.Repository(Name, Query with { Sort = sort, Descending = descending, Skip = 0 });
    }

    private void Toggle(Tag tag) => _open = _open == tag ? null : tag;

    private Task ChooseAsync(EventCallback<TagRow> chosen, TagRow row)
    {
        _open = null;
        return chosen.InvokeAsync(row);
    }

    private Task SelectAsync(Tag tag, ChangeEventArgs change)
    {
        Set(tag, change.Value is true);
        return SelectedChanged.InvokeAsync();
    }

    private Task SelectAllAsync(ChangeEventArgs change)
    {
        foreach (var row in Tags.Items)
        {
            Set(row.Name, change.Value is true);
        }

        return SelectedChanged.InvokeAsync();
    }

    private void Set(Tag tag, bool selected)
    {
        if (selected)
        {
            Selected.Add(tag);
        }
        else
        {
            Selected.Remove(tag);
        }
    }
}
