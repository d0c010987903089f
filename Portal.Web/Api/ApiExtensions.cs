namespace Portal.Web.Api;

/// <summary>The JSON API: its services and its one endpoint.</summary>
public static class ApiExtensions
{
    /// <summary>Adds the API. Nothing of it is made before the first request for it, or for the page that describes it.</summary>
    public static void AddApi(this IServiceCollection services)
    {
        services.AddSingleton<ApiSignIn>();
        services.AddSingleton<ApiRoutes>();
        services.AddSingleton<ApiDispatcher>();
        services.AddSingleton<ApiResource, MeApi>();
        services.AddSingleton<ApiResource, RepositoriesApi>();
        services.AddSingleton<ApiResource, TagsApi>();
        services.AddSingleton<ApiResource, ImagesApi>();
        services.AddSingleton<ApiResource, ActivityApi>();
        services.AddSingleton<ApiResource, UsersApi>();
        services.AddSingleton<ApiResource, TokensApi>();
        services.AddSingleton<ApiResource, PermissionsApi>();
        services.AddSingleton<ApiResource, WebhooksApi>();
        services.AddSingleton<ApiResource, DeliveriesApi>();
        services.AddSingleton<ApiResource, DashboardApi>();
        services.AddSingleton<ApiResource, HealthApi>();
        services.AddSingleton<ApiResource, AuditApi>();
    }

    /// <summary>Maps everything below <c>/api</c>. A repository's name holds slashes, so <see cref="ApiRoutes"/> reads the rest of the path.</summary>
    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.Map(
            $"/{PortalUrls.Api}/{{**path}}",
            (RequestDelegate)(context => context.RequestServices.GetRequiredService<ApiDispatcher>().InvokeAsync(context)));
    }
}
