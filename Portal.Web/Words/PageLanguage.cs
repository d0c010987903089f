using Microsoft.Net.Http.Headers;

namespace Portal.Web.Words;

/// <summary>Which language a browser is answered in: the one chosen on a page, else the first of the browser's own that the pages speak.</summary>
internal static class PageLanguage
{
    /// <summary>The cookie that remembers the choice; the script that sets it uses the same name.</summary>
    public const string Cookie = "portal-language";

    /// <summary>
    /// Lets pages speak each browser's language. What is made for programs, the JSON API and files, stays English: scripts
    /// compare it.
    /// </summary>
    public static void UsePageLanguage(this IApplicationBuilder app)
    {
        app.Use(async (context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments("/api/v1", StringComparison.Ordinal))
            {
                Of(context.Request).Speak();
            }

            await next(context);
        });
    }

    public static Language Of(HttpRequest request) =>
        Language.Find(request.Cookies[Cookie]) ?? Preferred(request.Headers.AcceptLanguage.ToString()) ?? Language.English;

    private static Language? Preferred(string accepted) =>
        StringWithQualityHeaderValue.TryParseList([accepted], out var tags)
            ? tags.Where(tag => tag.Quality is not 0)
                .OrderByDescending(tag => tag.Quality ?? 1)
                .Select(tag => Language.Find(tag.Value.Value))
                .FirstOrDefault(language => language is not null)
            : null;
}
