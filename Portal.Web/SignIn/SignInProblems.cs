using Portal.Web.Words;

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
        Unreachable => SignInWords.Unreachable,
        Refused => SignInWords.Refused,
        NoName => SignInWords.NoName,
        Taken => SignInWords.Taken,
        Disabled => SignInWords.Disabled,
        _ => null,
    };
}
