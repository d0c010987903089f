namespace Portal.Web.Api;

/// <summary>The JSON API: its services and its one endpoint.</summary>
public static class ApiExtensions
{
    /// <summary>Adds the API. Nothing of it is made before the first request for it, or for the page that describes it.</summary>
    public static void AddApi(this IServiceCollection services)
    {
        services.AddSingleton<ApiSignIn>();
        services.AddSingleton<ApiConfigurationFile>();
        services.AddSingleton<ApiDispatcher>();
        services.AddSingleton(provider => new ApiRoutes(
        [
            Create<MeApi>(provider),
            Create<AccountApi>(provider),
            Create<CatalogApi>(provider),
            Create<RepositoriesApi>(provider),
            Create<TagsApi>(provider),
            Create<TagHistoryApi>(provider),
            Create<RemainsApi>(provider),
            Create<DeletionPlansApi>(provider),
            Create<DeletionsApi>(provider),
            Create<CopiesApi>(provider),
            Create<DescriptionsApi>(provider),
            Create<SearchApi>(provider),
            Create<ImagesApi>(provider),
            Create<ContentApi>(provider),
            Create<FilesApi>(provider),
            Create<AttachmentsApi>(provider),
            Create<CompareApi>(provider),
            Create<RemotesApi>(provider),
            Create<ActivityApi>(provider),
            Create<UsersApi>(provider),
            Create<TokensApi>(provider),
            Create<PermissionsApi>(provider),
            Create<WebhooksApi>(provider),
            Create<WebhookSettingsApi>(provider),
            Create<DeliveriesApi>(provider),
            Create<ConfigurationApi>(provider),
            Create<DashboardApi>(provider),
            Create<HealthApi>(provider),
            Create<AuditApi>(provider),
            Create<GarbageCollectionApi>(provider),
        ]));
    }

    /// <summary>Maps everything below <c>/api</c>. A repository's name holds slashes, so <see cref="ApiRoutes"/> reads the rest of the path.</summary>
    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.Map(
            $"/{PortalUrls.Api}/{{**path}}",
            (RequestDelegate)(context => context.RequestServices.GetRequiredService<ApiDispatcher>().InvokeAsync(context)));
    }

    private static T Create<T>(IServiceProvider provider) => ActivatorUtilities.CreateInstance<T>(provider);
}
