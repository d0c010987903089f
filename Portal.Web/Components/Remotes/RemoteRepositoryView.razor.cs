using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;
using Portal.Registry.Inspection;
using Portal.Registry.Remotes;
using Portal.Storage.Oci;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Remotes;

/// <summary>A repository elsewhere and its tags.</summary>
public sealed partial class RemoteRepositoryView : IDisposable
{
    private const int Shown = 50;
    private const int AtOnce = 4;

    private readonly CancellationTokenSource _gone = new();

    // What was found of each tag; a reason where it could not be.
    private readonly ConcurrentDictionary<Tag, RemoteData<ImageInspection>> _images = new();
    private PageData<RemoteData<RemotePage<Tag>>> _data = default!;
    private CancellationTokenSource? _filling;

    [Parameter, EditorRequired]
    public required RemoteRegistry Registry { get; set; }

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    private string? After { get; set; }

    public void Dispose()
    {
        _data.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized() => _data = new PageData<RemoteData<RemotePage<Tag>>>(Logger);

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        await _data.LoadAsync(cancellationToken => RemoteData.AskAsync(() => Registry.ListTagsAsync(Name, After, Shown, cancellationToken)));
        if (RendererInfo.IsInteractive && _data.Value?.Value is { } page)
        {
            _ = FillAsync(page.Items);
        }
    }

    /// <summary>Asks what the tags are, a few at a time, and shows each as it comes.</summary>
    private async Task FillAsync(IReadOnlyList<Tag> tags)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        var former = Interlocked.Exchange(ref _filling, mine);
        try
        {
            if (former is not null)
            {
                await former.CancelAsync();
            }

            var inspector = new RemoteInspector(Registry);
            await Parallel.ForEachAsync(tags, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = mine.Token }, async (tag, token) =>
            {
                _images[tag] = await RemoteData.AskAsync(() => inspector.InspectAsync(Name, tag, token)) ?? new RemoteData<ImageInspection>(null, null);
                await InvokeAsync(StateHasChanged);
            });
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone, or shows another part.
        }
        finally
        {
            Interlocked.CompareExchange(ref _filling, null, mine);
        }
    }
}
