using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Features;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Web.Components;
using Portal.Web.Words;

namespace Portal.Web.SignIn;

/// <summary>Finds the session of each request for the pages, and shows who has to sign in the way in.</summary>
public static class PageSessions
{
    // Forms are small; Blazor's own messages have a bound of their own.
    private const int MaxForm = 64 * 1024;

    /// <summary>The browser's session; null when it is not signed in.</summary>
    public static Session? GetSession(this HttpContext context) => context.Features.Get<SessionFeature>()?.Session;

    /// <summary>Reads the session's cookie. Before routing.</summary>
    public static void UseSessions(this IApplicationBuilder app, Sessions sessions)
    {
        app.Use((context, next) =>
        {
            if (SessionCookie.Read(context) is { } secret)
            {
                if (sessions.Find(secret) is { } session)
                {
                    context.Features.Set(new SessionFeature(session));
                    BindForms(context, session);
                }
            }

            if (!context.Request.Path.StartsWithSegments("/_blazor") && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            {
                body.MaxRequestBodySize = MaxForm;
            }

            return next(context);
        });
    }

    /// <summary>Says what to do about a form that does not count any more, where there would be an empty page.</summary>
    public static void UseFormFailures(this IApplicationBuilder app)
    {
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Response is { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false } && HttpMethods.IsPost(context.Request.Method))
            {
                context.Response.ContentType = "text/plain; charset=utf-8";
                await context.Response.WriteAsync(SignInWords.FormOver + "\n", context.RequestAborted);
            }
        });
    }

    /// <summary>Leads who sees nothing without signing in to the sign-in. Behind routing, which tells pages from files.</summary>
    public static void UseWayIn(this IApplicationBuilder app, Permissions permissions, Sessions sessions)
    {
        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is null)
            {
                return next(context);
            }

            var visitor = context.RequestServices.GetRequiredService<Visitor>();
            visitor.Capture(context);
            if (context.GetSession() is { } session)
            {
                sessions.Saw(session);
            }

            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null && !permissions.LetsIn(visitor.Identity))
            {
                // What was seen before signing out must not come back by the browser's back button.
                context.Response.Headers.CacheControl = "no-store";
                context.Response.Redirect(
                    $"{context.Request.PathBase.Add("/").ToUriComponent()}{PortalUrls.SignIn($"{context.Request.Path.ToUriComponent()}{context.Request.QueryString}")}");
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    /// <summary>
    /// A form counts only for whom it was shown to. Not that for signing in: a person may have two of them open, and the
    /// second must not fail because the first went well.
    /// </summary>
    private static void BindForms(HttpContext context, Session session)
    {
        if (!context.Request.Path.StartsWithSegments("/" + PortalUrls.SignInPath) && !context.Request.Path.StartsWithSegments("/" + PortalUrls.Setup))
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, session.User)], "session"));
        }
    }

    private sealed record SessionFeature(Session Session);
}
