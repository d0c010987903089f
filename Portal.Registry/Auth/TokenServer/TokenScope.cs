using Microsoft.Extensions.Primitives;
using Portal.Registry.Auth.Tokens;
using Portal.Storage.Oci;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>What a client asks a token for, or what one allows: <c>repository:team/app:pull,push</c>.</summary>
/// <param name="Type">What kind of thing.</param>
/// <param name="Class">Of which class; null when none is named.</param>
/// <param name="Actions">As they are written; none when nothing is allowed.</param>
public sealed record TokenScope(string Type, string? Class, string Name, IReadOnlyList<string> Actions)
{
    private const int MaxScopes = 100;

    /// <param name="texts">Each one or several, with spaces between.</param>
    /// <exception cref="FormatException">One is no scope, or there are too many; the message says which.</exception>
    public static IReadOnlyList<TokenScope> ParseAll(StringValues texts)
    {
        var words = texts.SelectMany(text => (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal).ToList();
        return words.Count <= MaxScopes
            ? [.. words.Select(Parse).DistinctBy(scope => scope.ToString())]
            : throw new FormatException($"{words.Count} scopes are asked for; {MaxScopes} is the most at once");
    }

    /// <summary>As it is written in a request.</summary>
    public override string ToString() => $"{Type}{(Class is null ? "" : $"({Class})")}:{Name}:{string.Join(',', Actions)}";

    /// <summary>What of it somebody may; without actions when that is nothing.</summary>
    internal TokenScope For(Identity who, Permissions permissions)
    {
        var allowed = (Type, Name) switch
        {
            ("registry", "catalog") => permissions.Allows(who, new Access(AccessKind.Catalog)) ? Actions.Where(action => action is "*") : [],
            ("repository", _) when RepositoryName.TryParse(Name, out var name) => Allowed(permissions.On(who, name)),
            _ => [],
        };
        return this with { Actions = [.. allowed.Distinct(StringComparer.Ordinal)] };
    }

    private IEnumerable<string> Allowed(RepositoryActions actions)
    {
        foreach (var word in Actions)
        {
            if (word is "*" && actions is not RepositoryActions.All)
            {
                // Everything was asked for, and some of it may be had.
                foreach (var part in new[] { RepositoryActions.Pull, RepositoryActions.Push, RepositoryActions.Delete }.Where(part => actions.HasFlag(part)))
                {
                    yield return RepositoryActionNames.Format(part);
                }
            }
            else if (RepositoryActionNames.Parse(word) is var action and not RepositoryActions.None && (action & ~actions) == 0)
            {
                yield return word;
            }
        }
    }

    /// <summary>The name may hold colons, a host's port say, so that type and actions are what lies outside the first and the last one.</summary>
    private static TokenScope Parse(string text)
    {
        var first = text.IndexOf(':', StringComparison.Ordinal);
        var last = text.LastIndexOf(':');
        if (first <= 0 || last <= first + 1)
        {
            throw new FormatException($"{TokenRefusedException.Quote(text)} is no scope; one is for example \"repository:team/app:pull\"");
        }

        var (type, contentClass) = TokenClaims.SplitType(text[..first]);
        return new TokenScope(type, contentClass, text[(first + 1)..last], text[(last + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
