namespace Portal.Web;

/// <summary>The addresses of the way in and out.</summary>
public static partial class PortalUrls
{
    /// <summary>The signed-in user's own page.</summary>
    public const string Account = "account";

    /// <summary>Where forms that sign out are sent to.</summary>
    public const string SignOut = "signout";

    /// <summary>Where the first administrator is named.</summary>
    public const string Setup = "setup";

    /// <summary>The way in through OpenID Connect.</summary>
    public const string OpenId = SignInPath + "/openid";

    /// <summary>The path of the sign-in.</summary>
    public const string SignInPath = "signin";

    /// <param name="back">Where to go on then, relative to the base address; null for the first page.</param>
    public static string SignIn(string? back) => WithReturn(SignInPath, back);

    /// <inheritdoc cref="SignIn"/>
    public static string SignInByOpenId(string? back) => WithReturn(OpenId, back);

    private static string WithReturn(string path, string? back)
    {
        var page = back?.TrimStart('/', '.');
        return string.IsNullOrEmpty(page) ? path : $"{path}?returnUrl={Uri.EscapeDataString(page)}";
    }
}
