namespace Portal.Registry.Auth.Tokens;

/// <summary>A signed token that is not believed. The client is told no more than that; the log has the reason.</summary>
/// <param name="reason">What is wrong with it, for an operator: never the token itself.</param>
public sealed class TokenRefusedException(string reason) : Exception(reason)
{
    /// <summary>A text that came with the token, short enough for the log.</summary>
    internal static string Quote(string? text) => text is null ? "nothing" : $"\"{(text.Length <= 100 ? text : text[..100] + "…")}\"";
}
