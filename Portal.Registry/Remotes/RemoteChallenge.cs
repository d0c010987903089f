using System.Net.Http.Headers;

namespace Portal.Registry.Remotes;

/// <summary>What a registry asks for before it answers: a password, or a token of another server (RFC 9110, section 11.6.1).</summary>
/// <param name="Realm">Where tokens are to be had; null: a password is asked for.</param>
/// <param name="Service">By which that server knows the registry.</param>
/// <param name="Scope">What the token has to allow.</param>
internal sealed record RemoteChallenge(Uri? Realm, string? Service, string? Scope)
{
    /// <returns>Null when none of the challenges is one that is known.</returns>
    public static RemoteChallenge? Of(HttpResponseMessage response, Uri registry)
    {
        foreach (var header in response.Headers.WwwAuthenticate)
        {
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && OfBearer(header, registry) is { } bearer)
            {
                return bearer;
            }
        }

        return response.Headers.WwwAuthenticate.Any(header => header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            ? new RemoteChallenge(null, null, null)
            : null;
    }

    private static RemoteChallenge? OfBearer(AuthenticationHeaderValue header, Uri registry)
    {
        var parameters = Parse(header.Parameter ?? "");
        return Uri.TryCreate(registry, parameters.GetValueOrDefault("realm"), out var realm) && realm.Scheme is "http" or "https"
            ? new RemoteChallenge(realm, parameters.GetValueOrDefault("service"), parameters.GetValueOrDefault("scope"))
            : null;
    }

    /// <summary><c>name="value"</c>, by commas: a value may hold commas of its own.</summary>
    private static Dictionary<string, string> Parse(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = text.AsSpan();
        while (rest.IndexOf('=') is var equals and > 0)
        {
            var name = rest[..equals].Trim([' ', ',', '\t']).ToString();
            rest = rest[(equals + 1)..].TrimStart();
            var isQuoted = rest is ['"', ..];
            rest = isQuoted ? rest[1..] : rest;
            var end = rest.IndexOf(isQuoted ? '"' : ',');
            parameters[name] = (end < 0 ? rest : rest[..end]).Trim().ToString();
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return parameters;
    }
}
