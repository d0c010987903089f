using System.Buffers;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>What a header's name and values may be (RFC 9110, 5.1 and 5.5).</summary>
internal static class HeaderRules
{
    /// <summary>RFC 9110's token, of which a header's name is one.</summary>
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Headers that frame a message; only its sender can know their values.</summary>
    private static readonly HashSet<string> SendersOwn =
        new(["Connection", "Content-Length", "Transfer-Encoding"], StringComparer.OrdinalIgnoreCase);

    /// <returns>What is wrong and the remedy, without the values; null when nothing is.</returns>
    public static Reason? Check(string name, IReadOnlyList<string> values)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            return new Reason(ValueProblem.HeaderName, $"is not a header's name; letters, digits and hyphens make one");
        }

        if (SendersOwn.Contains(name))
        {
            return new Reason(ValueProblem.HeaderOfServer, $"is set by the server itself; remove it");
        }

        return values.Any(value => value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            ? new Reason(ValueProblem.HeaderValue, $"the value holds a line break or another character that a header cannot carry; write plain ASCII on one line")
            : null;
    }
}
