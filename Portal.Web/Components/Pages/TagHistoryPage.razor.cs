using Microsoft.AspNetCore.Components;
using Portal.Registry.Activity;
using Portal.Registry.Catalog;
using Portal.Registry.Tagging;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Web.Components.Live;
using Portal.Web.Components.Tagging;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>What a tag pointed to and when, and the way back.</summary>
public sealed partial class TagHistoryPage : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private PageData<TagRecord> _data = default!;
    private CatalogWatch? _watch;
    private RefreshTimer? _written;

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

    [Parameter, EditorRequired]
    public Tag Tag { get; set; }

    [Inject]
    private TagHistory History { get; set; } = default!;

    [Inject]
    private TagRestorer Restorer { get; set; } = default!;

    [Inject]
    private ActivityLog ActivityLog { get; set; } = default!;

    [Inject]
    private CatalogFeed Feed { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private ILogger<TagHistoryPage> Logger { get; set; } = default!;

    public void Dispose()
    {
        ActivityLog.Written -= OnWritten;
        _written?.Dispose();
        _watch?.Dispose();
        _data.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<TagRecord>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _watch = new CatalogWatch(Feed, Time, name => name is null || name == Name, () => _ = InvokeAsync(RefreshAsync));
            _written = new RefreshTimer(Time, () => _ = InvokeAsync(RefreshAsync));
            ActivityLog.Written += OnWritten;
        }
    }

    // The page is made anew for each name and tag, so they never change under it.
    protected override Task OnInitializedAsync() => LoadAsync();

    /// <summary>Changes are written a moment after they happen.</summary>
    private void OnWritten(IReadOnlySet<string> repositories)
    {
        if (repositories.Contains(Name.ToString()))
        {
            _written?.Signal();
        }
    }

    private Task LoadAsync() => _data.LoadAsync(cancellationToken => History.FindAsync(Visitor.Identity, Name, Tag, cancellationToken));

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private Task RestoreAsync(TagHistoryEntry entry) =>
        Restorer.RestoreAsync(Name, Tag, entry.Digest, _data.Value?.Current?.Digest, _gone.Token);

    /// <summary>Whether the newest entry is what the tag points to now.</summary>
    private static bool IsCurrent(TagRecord record, int index) =>
        index == 0 && record.Entries[0].Kind is not TagChangeKind.Deleted && record.Current?.Digest == record.Entries[0].Digest;

    private static string NameOf(TagChangeKind kind) => kind switch
    {
        TagChangeKind.Set => RepositoryWords.ChangePut,
        TagChangeKind.Deleted => RepositoryWords.ChangeDeleted,
        _ => RepositoryWords.ChangeFound,
    };

    private static string Who(TagHistoryEntry entry) => entry.Actor ?? (entry.Kind is TagChangeKind.Found ? RepositoryWords.NotKnown : CommonWords.NobodyNamed);
}
