using Portal.Registry.Auth.Tokens;
using Portal.Registry.Tls;

namespace Portal.Registry.Configuration;

/// <summary>The <c>auth</c> section: at most one of its members is there; with none, everyone may do everything.</summary>
public sealed record AuthConfiguration
{
    /// <summary>A file of names and hashes.</summary>
    public HtpasswdConfiguration? Htpasswd { get; init; }

    /// <summary>Tokens of a server elsewhere.</summary>
    public TokenAuthConfiguration? Token { get; init; }

    /// <summary>Whoever says anything may come in.</summary>
    public SillyAuthConfiguration? Silly { get; init; }

    /// <summary>Nobody is asked who they are.</summary>
    public bool IsNone => this is { Htpasswd: null, Token: null, Silly: null };

    internal static AuthConfiguration Read(SectionReader auth)
    {
        var named = auth.Written(ChoiceSections.AccessControllers);
        if (named.Count > 1)
        {
            auth.Error(named[1].Key, SettingProblem.ManyWaysToSignIn, $"{named.Count} ways to sign in are named: {ConfigurationProblems.Places(named)}; keep one");
        }

        _ = auth.Section("none");
        return new AuthConfiguration
        {
            Htpasswd = auth.Has("htpasswd") ? HtpasswdConfiguration.Read(auth.Section("htpasswd")) : null,
            Token = auth.Has("token") ? TokenAuthConfiguration.Read(auth.Section("token")) : null,
            Silly = auth.Has("silly") ? SillyAuthConfiguration.Read(auth.Section("silly")) : null,
        };
    }

    /// <summary>A text that goes into the challenge's header in quotes; empty when it is missing.</summary>
    internal static string ReadQuotable(SectionReader section, string key)
    {
        var text = section.Text(key) ?? "";
        if (text.Any(character => character is < ' ' or '"' or '\\' or > '~'))
        {
            section.Error(key, SettingProblem.NotForHeader, $"holds a character that a header cannot carry; write plain ASCII without quotes");
        }

        return text;
    }
}

/// <summary>The <c>auth.htpasswd</c> section.</summary>
/// <param name="Realm">What the challenge calls the place that asks; people see it in a browser's dialog.</param>
/// <param name="Path">The file of names and bcrypt hashes.</param>
public sealed record HtpasswdConfiguration(string Realm, string Path)
{
    internal static HtpasswdConfiguration Read(SectionReader htpasswd)
    {
        var path = htpasswd.Text("path") ?? "";
        if (path.Any(char.IsControl))
        {
            htpasswd.Error("path", SettingProblem.PathOverLines, $"holds a control character; write the file's path on one line");
        }

        return new HtpasswdConfiguration(AuthConfiguration.ReadQuotable(htpasswd, "realm"), path);
    }
}

/// <summary>The <c>auth.token</c> section.</summary>
public sealed record TokenAuthConfiguration
{
    /// <summary>The token server's address.</summary>
    public string Realm { get; init; } = "";

    /// <summary>The audience of tokens for this registry.</summary>
    public string Service { get; init; } = "";

    public string Issuer { get; init; } = "";

    /// <summary>PEM certificates; null when <see cref="Jwks"/> alone is trusted.</summary>
    public string? RootCertBundle { get; init; }

    /// <summary>A file with a JSON Web Key Set; null when <see cref="RootCertBundle"/> alone is trusted.</summary>
    public string? Jwks { get; init; }

    /// <summary>By the names of RFC 7518; empty for all that are safe.</summary>
    public IReadOnlyList<string> SigningAlgorithms { get; init; } = [];

    /// <summary>The token server has the host of each request.</summary>
    public bool AutoRedirect { get; init; }

    public string AutoRedirectPath { get; init; } = "/auth/token/";

    internal static TokenAuthConfiguration Read(SectionReader token)
    {
        var configuration = new TokenAuthConfiguration
        {
            Realm = AuthConfiguration.ReadQuotable(token, "realm"),
            Service = AuthConfiguration.ReadQuotable(token, "service"),
            Issuer = token.Text("issuer") ?? "",
            RootCertBundle = token.Text("rootcertbundle"),
            Jwks = token.Text("jwks"),
            SigningAlgorithms = token.WordList("signingalgorithms"),
            AutoRedirect = token.Flag("autoredirect"),
            AutoRedirectPath = token.Has("autoredirectpath")
                ? AuthConfiguration.ReadQuotable(token, "autoredirectpath")
                : new TokenAuthConfiguration().AutoRedirectPath,
        };
        if (configuration is { RootCertBundle: null, Jwks: null })
        {
            token.Error("", SettingProblem.NobodysTokens, $"nothing says whose tokens count; write rootcertbundle or jwks");
        }

        if (!configuration.AutoRedirectPath.StartsWith('/'))
        {
            token.Error("autoredirectpath", SettingProblem.NoPath, $"is no path; write for example \"/auth/token\"");
        }

        Try(token, "rootcertbundle", configuration.RootCertBundle, Authorities.Load);
        Try(token, "jwks", configuration.Jwks, TrustFiles.LoadJwks);
        return configuration;
    }

    /// <summary>A file that cannot be used is a problem now, and not at the first token.</summary>
    private static void Try<T>(SectionReader token, string key, string? path, Func<string, T> load)
    {
        try
        {
            _ = path is null ? default : load(path);
        }
        catch (CertificateFileException exception)
        {
            token.Error(key, exception.Reason);
        }
    }
}

/// <summary>The <c>auth.silly</c> section.</summary>
/// <param name="Realm">What the challenge calls the place that asks.</param>
/// <param name="Service">What the challenge calls the registry.</param>
public sealed record SillyAuthConfiguration(string Realm, string Service)
{
    internal static SillyAuthConfiguration Read(SectionReader silly) =>
        new(AuthConfiguration.ReadQuotable(silly, "realm"), AuthConfiguration.ReadQuotable(silly, "service"));
}
