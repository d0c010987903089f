using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using MudBlazor.Services;
using Portal.Registry;
using Portal.Registry.Activity;
using Portal.Registry.Catalog;
using Portal.Registry.Configuration;
using Portal.Registry.Copying;
using Portal.Registry.Deletion;
using Portal.Registry.Descriptions;
using Portal.Registry.Events;
using Portal.Registry.Inspection;
using Portal.Registry.Inspection.Attachments;
using Portal.Registry.Layers;
using Portal.Registry.Maintenance;
using Portal.Registry.Notifications;
using Portal.Registry.Tagging;
using Portal.Storage.Accounts;
using Portal.Storage.Drivers;
using Portal.Storage.Layers;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Metadata;
using Portal.Web;
using Portal.Web.Components;
using Portal.Web.Components.Deletion;
using Portal.Web.Components.Tagging;
using Portal.Web.SignIn;

namespace Portal.Tests.Components;

/// <summary>Pages over a real index and a storage in memory; the clock is the test's.</summary>
public sealed class PortalPages : BunitContext
{
    private readonly HistoryWorld _history;

    private PortalPages(CatalogWorld world, StorageConfiguration storage, Action<IServiceCollection>? configure)
    {
        World = world;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(world.Time);
        Services.AddSingleton(world.Index);
        Services.AddSingleton(world.Tree);
        Services.AddSingleton(world.Search);
        Services.AddSingleton(world.Registry);
        Services.AddSingleton<IStorageDriver>(world.Driver);
        Services.AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        Services.AddSingleton<GarbageCollection>();
        Services.AddSingleton(new RegistryPolicy(
            new LiveConfiguration(new RegistryConfiguration { Storage = storage }), new ManifestRules(new ValidationConfiguration(), [])));
        Services.AddSingleton(_ => new AccountsWorld());
        Services.AddSingleton(provider => provider.GetRequiredService<AccountsWorld>().Permissions);
        Services.AddSingleton(provider => provider.GetRequiredService<AccountsWorld>().Sessions);
        Services.AddSingleton(provider => provider.GetRequiredService<AccountsWorld>().Live);
        Services.AddSingleton(provider => CreateSignIn(provider.GetRequiredService<AccountsWorld>()));
        Services.AddSingleton(provider => provider.GetRequiredService<AccountsWorld>().Audit);
        Services.AddSingleton<EventStream>();
        Services.AddSingleton<RepositoryLocks>();
        Services.AddSingleton<WorkTurn>();
        Services.AddSingleton<RegistryService>();
        _history = new HistoryWorld(world.Time);
        Services.AddSingleton(new PendingEvents(Path.Combine(Path.GetDirectoryName(_history.Path)!, "events")));
        Services.AddSingleton(new EventSource("hub.example:5000", $"{Guid.NewGuid()}"));
        Services.AddSingleton<NotificationFigures>();
        Services.AddSingleton<NotificationTargets>();
        Services.AddSingleton<EventRecorder>();
        Services.AddSingleton(_history.Store);
        Services.AddSingleton(_history.Pulls);
        Services.AddSingleton(_history.PullDays);
        Services.AddSingleton<ActivityLog>();
        Services.AddSingleton<ActivityHistory>();
        Services.AddSingleton<CatalogFeed>();
        Services.AddSingleton(world.Writer);
        Services.AddSingleton(world.Reconciler);
        Services.AddSingleton(world.LastPulls);
        Services.AddSingleton<PullFollower>();
        Services.AddSingleton<CatalogIndexer>();
        Services.AddSingleton<RepositoryCatalog>();
        Services.AddSingleton<ImageInspector>();
        Services.AddSingleton<ImageComparer>();
        Services.AddSingleton<AttachmentTree>();
        Services.AddSingleton<AttachmentReader>();
        Services.AddSingleton<SbomReader>();
        Services.AddSingleton(LayerLimits.Default);
        Services.AddSingleton(provider => new LayerIndexes(
            Path.Combine(Path.GetDirectoryName(_history.Path)!, "layers"), LayerLimits.Default, TimeProvider.System, NullLogger<LayerIndexes>.Instance));
        Services.AddSingleton<ImageFiles>();
        Services.AddSingleton<FileComparer>();
        Services.AddSingleton(new PortalSettings("Registry Portal", "hub.example:5000", () => 5000));
        Services.AddScoped<Visitor>();
        AddRepositoryWork(world);
        Services.AddScoped<TagRestorer>();
        Services.AddScoped<Deleter>();
        configure?.Invoke(Services);

        // Last: it takes the first service, and none can be added after that.
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        var visitor = Services.GetRequiredService<Visitor>();
        (visitor.Address, visitor.Host) = ("127.0.0.1:50000", "localhost:5080");
    }

    public CatalogWorld World { get; }

    public CatalogFeed Feed => Services.GetRequiredService<CatalogFeed>();

    /// <summary>The dialogs that are open.</summary>
    public IRenderedComponent<MudDialogProvider> Dialogs { get; private set; } = null!;

    /// <summary>The messages that are shown.</summary>
    public IRenderedComponent<MudSnackbarProvider> Messages { get; private set; } = null!;

    public static async Task<PortalPages> CreateAsync(StorageConfiguration? storage = null, Action<IServiceCollection>? configure = null)
    {
        var pages = new PortalPages(
            await CatalogWorld.CreateAsync(), storage ?? new StorageConfiguration { DeleteEnabled = true }, configure);
        pages.Render<MudPopoverProvider>();
        pages.Dialogs = pages.Render<MudDialogProvider>();
        pages.Messages = pages.Render<MudSnackbarProvider>();
        return pages;
    }

    /// <summary>Lets the index follow the storage and the pages hear of it.</summary>
    public async Task CatchUpAsync(string name)
    {
        await World.ReconcileAsync();
        Feed.Changed(RepositoryName.Parse(name));
        World.Time.Advance(TimeSpan.FromMilliseconds(250));
    }

    private void AddRepositoryWork(CatalogWorld world)
    {
        Services.AddSingleton(new ContentIndex(world));
        Services.AddSingleton(_history.TagChanges);
        Services.AddSingleton(provider => new DescriptionStore(provider.GetRequiredService<AccountsWorld>().Store));
        Services.AddSingleton<TagHistory>();
        Services.AddSingleton<ImageCopier>();
        Services.AddSingleton<RepositoryDescriptions>();
        Services.AddSingleton<RepositoryContents>();
        Services.AddSingleton<DeletionPlanner>();
        Services.AddSingleton<RepositoryDeletion>();
        Services.AddSingleton<DeletionUndo>();
    }

    private static PageSignIn CreateSignIn(AccountsWorld world) =>
        new(world.Passwords, world.Users, world.Accounts, world.Sessions, world.Audit, world.Live);

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await World.DisposeAsync();
        _history.Dispose();
    }
}
