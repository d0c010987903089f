using Microsoft.AspNetCore.Components;
using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Registry.Inspection;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Deletion;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Pages;

/// <summary>One manifest, by tag or digest: an image, an index of images, or an artifact.</summary>
public sealed partial class ImagePage : IDisposable
{
    private const int MaxTags = 200;

    private readonly CancellationTokenSource _gone = new();
    private PageData<ImageView> _data = default!;
    private CatalogWatch? _watch;
    private RefreshTimer? _pulled;
    private bool _wasThere;
    private bool _deleting;

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

    [Parameter, EditorRequired]
    public Reference Reference { get; set; }

    /// <summary>Which image of an index is shown; null for the one that is likely wanted.</summary>
    [SupplyParameterFromQuery(Name = "platform")]
    private string? Platform { get; set; }

    [Inject]
    private ImageInspector Inspector { get; set; } = default!;

    [Inject]
    private RepositoryCatalog Catalog { get; set; } = default!;

    [Inject]
    private ActivityHistory History { get; set; } = default!;

    [Inject]
    private ActivityLog ActivityLog { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private CatalogFeed Feed { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private Deleter Deleter { get; set; } = default!;

    [Inject]
    private ILogger<ImagePage> Logger { get; set; } = default!;

    private string FullReference => new ImageReference(Name, Reference).ToString();

    private string FullName => Reference.IsDigest ? $"{Name}@{DigestText.Abbreviate(Reference.Digest)}" : $"{Name}:{Reference}";

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    private bool MayDelete => Permissions.On(Visitor.Identity, Name).HasFlag(RepositoryActions.Delete);

    private string Registry => Settings.RegistryAddress(new Uri(Navigation.Uri));

    public void Dispose()
    {
        ActivityLog.Written -= OnWritten;
        _pulled?.Dispose();
        _watch?.Dispose();
        _data.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<ImageView>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _watch = new CatalogWatch(
                Feed, Time, name => name is null || name == Name, () => _ = InvokeAsync(RefreshAsync));
            _pulled = new RefreshTimer(Time, () => _ = InvokeAsync(RefreshAsync));
            ActivityLog.Written += OnWritten;
        }
    }

    protected override Task OnParametersSetAsync()
    {
        // The page is made anew for each name and reference; under it, only the platform changes.
        return LoadAsync();
    }

    private void OnWritten(IReadOnlySet<string> repositories)
    {
        if (repositories.Contains(Name.ToString()))
        {
            _pulled?.Signal();
        }
    }

    private Task LoadAsync()
    {
        return _data.LoadAsync(FindAsync);
    }

    private async Task<ImageView?> FindAsync(CancellationToken cancellationToken)
    {
        if (await Inspector.InspectAsync(Visitor.Identity, Name, Reference, cancellationToken) is not { } image)
        {
            return null;
        }

        var query = new TagQuery
        {
            Search = image.Manifest.Digest.ToString(),
            Sort = TagSort.Name,
            Descending = false,
            Take = MaxTags,
        };
        var tags = await Catalog.FindTagsAsync(Visitor.Identity, Name, query, cancellationToken);
        _wasThere = true;
        var pulls = Reference.IsDigest
            ? await History.PullsOfAsync(Visitor.Identity, Name, image.Manifest.Digest, [.. tags.Items.Select(tag => tag.Name)], cancellationToken)
            : (await History.PullsOfAsync(Visitor.Identity, Name, [(Reference.Tag, image.Manifest.Digest)], cancellationToken)).GetValueOrDefault(Reference.Tag);
        if (image.Kind != ManifestKind.Index)
        {
            return new ImageView(image, tags, pulls);
        }

        var choices = PlatformChoice.Of(image);
        var choice = PlatformChoice.Choose(choices, Platform);
        return new ImageView(image, tags, pulls)
        {
            Choices = choices,
            Choice = choice,
            Chosen = choice is null ? null : await Inspector.InspectAsync(Visitor.Identity, Name, choice.Entry.Descriptor.Digest, cancellationToken),
            Attestations = [.. image.Entries.Where(entry => entry.IsAttestation)],
        };
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private Task DeleteTagAsync()
    {
        return DeleteAsync(() => Deleter.DeleteTagsAsync(Name, [Reference.Tag], _gone.Token));
    }

    private Task DeleteManifestAsync()
    {
        return DeleteAsync(() => Deleter.DeleteManifestAsync(Name, _data.Value!.Image.Manifest.Digest, _gone.Token));
    }

    private async Task DeleteAsync(Func<Task<bool>> delete)
    {
        _deleting = true;
        try
        {
            if (await delete())
            {
                await LoadAsync();
            }
        }
        finally
        {
            _deleting = false;
        }
    }

    private sealed record ImageView(ImageInspection Image, RowPage<TagRow> Tags, Pulls Pulls)
    {
        public IReadOnlyList<PlatformChoice> Choices { get; init; } = [];

        public PlatformChoice? Choice { get; init; }

        /// <summary>The image of the index that is shown.</summary>
        public ImageInspection? Chosen { get; init; }

        public IReadOnlyList<IndexEntry> Attestations { get; init; } = [];

        public IReadOnlyList<Digest> AttestationsOfChosen =>
            [.. Attestations.Where(entry => entry.AttestedDigest == Chosen?.Manifest.Digest).Select(entry => entry.Descriptor.Digest)];
    }
}
