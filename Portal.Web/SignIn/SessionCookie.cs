namespace Portal.Web.SignIn;

/// <summary>The cookie that a signed-in browser brings. Scripts do not see it, and other sites' forms do not send it.</summary>
public static class SessionCookie
{
    public const string Name = "portal-session";

    /// <returns>Null when the browser brings none.</returns>
    public static string? Read(HttpContext context) => context.Request.Cookies[Name];

    /// <param name="lifetime">After which the browser forgets it.</param>
    public static void Write(HttpContext context, string secret, TimeSpan lifetime)
    {
        var options = OptionsFor(context);
        options.MaxAge = lifetime;
        context.Response.Cookies.Append(Name, secret, options);
    }

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, OptionsFor(context));

    private static CookieOptions OptionsFor(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = context.Request.PathBase.Add("/"),
        IsEssential = true,
    };
}
