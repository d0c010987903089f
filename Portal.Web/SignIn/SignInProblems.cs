namespace Portal.Web.SignIn;

/// <summary>What can go wrong on the way through OpenID Connect, as a word in the address of the sign-in and as a sentence on it.</summary>
public static class SignInProblems
{
    public const string Unreachable = "unreachable";
    public const string Refused = "refused";
    public const string NoName = "no-name";
    public const string Taken = "taken";
    public const string Disabled = "disabled";

    /// <returns>Null for what is no such word: nobody writes sentences on this page by an address.</returns>
    public static string? Describe(string? problem) => problem switch
    {
        Unreachable => "The server that knows who you are does not answer. Try again later; the registry's log says why.",
        Refused => "The server that knows who you are did not say so. Try again; the registry's log says why.",
        NoName => "The server that knows who you are gave no name that can be used here. An administrator can set portal.openid.nameclaim.",
        Taken => "A user of the registry's own has your name, so that it cannot be yours too. Sign in with that user's password, or ask an administrator.",
        Disabled => "This user is disabled. An administrator can change that.",
        _ => null,
    };
}
