using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Registry.Inspection;
using Portal.Registry.Remotes;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Live;
using Portal.Web.Words;

namespace Portal.Web.Components.Remotes;

/// <summary>A manifest of a registry elsewhere.</summary>
public sealed partial class RemoteImageView : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private PageData<RemoteData<ImageInspection>> _data = default!;
    private string? _whyNot;
    private bool _deleting;

    [Parameter, EditorRequired]
    public required RemoteRegistry Registry { get; set; }

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

    [Parameter, EditorRequired]
    public Reference Reference { get; set; }

    [Inject]
    private RemoteRegistries Registries { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ILogger<RemoteImageView> Logger { get; set; } = default!;

    private string FullName => Reference.IsDigest ? $"{Name}@{DigestText.Abbreviate(Reference.Digest)}" : $"{Name}:{Reference}";

    public void Dispose()
    {
        _data.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync()
    {
        _data = new PageData<RemoteData<ImageInspection>>(Logger);
        _whyNot = Registries.WhyNothingIsDeleted(Visitor.Identity, Registry.Configuration) is { } reason ? ReasonText.Of(reason) : null;
        return LoadAsync();
    }

    private Task LoadAsync() => _data.LoadAsync(cancellationToken =>
        RemoteData.AskAsync(() => new RemoteInspector(Registry).InspectAsync(Name, Reference, cancellationToken)));

    private async Task DeleteAsync()
    {
        var digest = _data.Value!.Value!.Manifest.Digest;
        var dialog = await Dialogs.ShowAsync<RemoteDeletionDialog>(
            RemoteWords.DeleteAsked,
            new DialogParameters<RemoteDeletionDialog> { { shown => shown.Registry, Registry }, { shown => shown.Name, Name }, { shown => shown.Digest, digest } },
            new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true });
        if (await dialog.Result is not { Canceled: false })
        {
            return;
        }

        _deleting = true;
        try
        {
            await Registries.DeleteAsync(Visitor.Identity, Visitor.IpAddress, Registry, Name, digest, _gone.Token);
            Snackbar.Add(RemoteWords.DeletedManifest.With(DigestText.Abbreviate(digest), Registry.Configuration.Name), Severity.Success);
            Navigation.NavigateTo(PortalUrls.RemoteRepository(Registry.Configuration.Name, Name));
        }
        catch (OciException exception)
        {
            Snackbar.Add(ReasonText.Of(exception), Severity.Error);
        }
        finally
        {
            _deleting = false;
        }
    }
}
