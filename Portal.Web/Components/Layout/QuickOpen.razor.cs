using Microsoft.AspNetCore.Components;
using Portal.Registry.Catalog;
using Portal.Storage.Metadata;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Live;
using Portal.Web.Words;

namespace Portal.Web.Components.Layout;

/// <summary>The box that finds anything while one types. Of several searches under way the newest wins.</summary>
public sealed partial class QuickOpen : IDisposable
{
    private const int MostRepositories = 6;
    private const int MostOthers = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    private PageData<QuickResult> _data = default!;
    private string _shown = string.Empty;

    [Inject]
    private RepositoryCatalog Catalog { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<QuickOpen> Logger { get; set; } = default!;

    private string Note => this switch
    {
        { _data.State: PageState.Failed } => LayoutWords.SearchFailed,
        { _shown.Length: 0 } => LayoutWords.QuickHint,
        { _data.Value: { Count: 0 } found } => LayoutWords.QuickNothing.With(found.Text),
        { _data.Value: { } found } => LayoutWords.ResultCount.With(found.Count),
        _ => string.Empty,
    };

    public void Dispose() => _data.Dispose();

    protected override void OnInitialized() => _data = new PageData<QuickResult>(Logger);

    private async Task SearchAsync(string? typed)
    {
        await _data.LoadAsync(async cancellationToken =>
        {
            if (SearchText.Parse(typed) is not { } text)
            {
                return new QuickResult(string.Empty, []);
            }

            await Task.Delay(Pause, Time, cancellationToken);
            return await FindAsync(text, cancellationToken);
        });
        if (_data.Value is { } found && (found.Text == (SearchText.Parse(typed)?.Text ?? string.Empty)))
        {
            _shown = found.Text;
        }
    }

    private async Task<QuickResult?> FindAsync(SearchText text, CancellationToken cancellationToken)
    {
        var who = Visitor.Identity;
        var repositories = Catalog.SearchRepositoriesAsync(who, text, 0, MostRepositories, cancellationToken);
        var tags = Catalog.SearchTagsAsync(who, text, 0, MostOthers, cancellationToken);
        var digests = Catalog.SearchDigestsAsync(who, text, 0, MostOthers, cancellationToken);
        var labels = Catalog.SearchLabelsAsync(who, text, 0, MostOthers, cancellationToken);
        await Task.WhenAll(repositories, tags, digests, labels);
        var groups = new (string Name, IReadOnlyList<QuickOption> Options)[]
        {
            (CommonWords.Repositories, [.. (await repositories).Items.Select(row => new QuickOption(PortalUrls.Repository(row.Name), row.Name.ToString(), null))]),
            (CommonWords.Tags, [.. (await tags).Items.Select(hit => new QuickOption(PortalUrls.Tag(hit.Repository, hit.Tag), hit.Tag.ToString(), hit.Repository.ToString()))]),
            (LayoutWords.Digests, [.. (await digests).Items.Select(hit => new QuickOption(
                PortalUrls.Manifest(hit.Repository, hit.Digest), DigestText.Abbreviate(hit.Digest), hit.Repository.ToString()))]),
            (LayoutWords.LabelsAndAnnotations, [.. (await labels).Items.Select(hit => new QuickOption(
                PortalUrls.Manifest(hit.Repository, hit.Digest), hit.Line, hit.Repository.ToString()))]),
        };
        return new QuickResult(text.Text, [.. groups.Where(group => group.Options.Count > 0)]);
    }

    private sealed record QuickOption(string Href, string Text, string? Where);

    private sealed record QuickResult(string Text, IReadOnlyList<(string Name, IReadOnlyList<QuickOption> Options)> Groups)
    {
        public int Count => Groups.Sum(group => group.Options.Count);
    }
}
