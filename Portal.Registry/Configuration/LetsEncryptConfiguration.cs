using System.Diagnostics.CodeAnalysis;

namespace Portal.Registry.Configuration;

/// <summary>The <c>http.tls.letsencrypt</c> section: certificates that the registry gets and renews by itself.</summary>
/// <param name="CacheFile">Where the account's key and the certificates are kept: a file, or a directory to put it in.</param>
/// <param name="Email">Whom the ACME server may write to; null: nobody.</param>
/// <param name="Hosts">The names that certificates are got for, in lower case; at least one.</param>
/// <param name="DirectoryUrl">The ACME server's directory.</param>
public sealed record LetsEncryptConfiguration(string CacheFile, string? Email, IReadOnlyList<string> Hosts, Uri DirectoryUrl)
{
    /// <summary>Let's Encrypt itself, whose certificates every client believes.</summary>
    public static Uri Production { get; } = new("https://acme-v02.api.letsencrypt.org/directory");

    /// <returns>Null when nothing is set.</returns>
    internal static LetsEncryptConfiguration? Read(SectionReader section)
    {
        var cacheFile = section.Text("cachefile");
        var email = section.Value("email", null, (string text, out string? address) => IsEmail(address = text), Expected.Mailbox);
        var hosts = section.List<string>("hosts", TryParseHost, Expected.HostName);
        var directory = section.Value("directoryurl", Production, TryParseUrl, Expected.HttpsUrl(Production));
        if (cacheFile is null && email is null && hosts is null && !section.Has("directoryurl"))
        {
            return null;
        }

        if (cacheFile is null)
        {
            section.Missing("cachefile", "/var/lib/registry/letsencrypt.json");
        }

        if (hosts is null or { Count: 0 })
        {
            // Upstream gets a certificate for whatever name a client asks for, which lets anyone use up the server's limits.
            section.Error("hosts", SettingProblem.NoHosts, $"is missing; list the names that certificates are got for, for example [registry.example.com]");
        }

        return new LetsEncryptConfiguration(cacheFile ?? "", email, hosts ?? [], directory);
    }

    private static bool IsEmail(string? text) =>
        text is not null && text.IndexOf('@') is > 0 and var at && at < text.Length - 1 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static bool TryParseHost(string text, [MaybeNullWhen(false)] out string host)
    {
        host = text.ToLowerInvariant();
        return Uri.CheckHostName(host) == UriHostNameType.Dns && host.Length <= 253 && System.Text.Ascii.IsValid(host);
    }

    private static bool TryParseUrl(string text, [MaybeNullWhen(false)] out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme == Uri.UriSchemeHttps;
}
