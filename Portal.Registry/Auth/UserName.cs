namespace Portal.Registry.Auth;

/// <summary>What a user may be called: what an <c>htpasswd</c> file and Basic authentication can carry.</summary>
public static class UserName
{
    private const int MaxLength = 255;

    /// <returns>What is wrong with the name, as the rest of a sentence; null when nothing is.</returns>
    public static string? FindProblem(string name) => name switch
    {
        "" => "is missing",
        { Length: > MaxLength } => $"is longer than {MaxLength} characters",
        _ when name.Contains(':', StringComparison.Ordinal) || name.Any(char.IsControl) => "holds a colon or a control character, which clients cannot send",
        _ when name.Trim() != name => "begins or ends with a space",
        _ => null,
    };
}
