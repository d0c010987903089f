using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using Portal.Registry.Configuration.Keys;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>The cipher suites by their names in Go, which are the registered ones (IANA).</summary>
internal static class CipherSuites
{
    private static readonly IReadOnlyList<TlsCipherSuite> OfTls13 =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    ];

    private static readonly Dictionary<string, TlsCipherSuite> Known = new TlsCipherSuite[]
    {
        TlsCipherSuite.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    }.Concat(OfTls13).ToDictionary(suite => suite.ToString(), StringComparer.Ordinal);

    /// <summary>
    /// The suites of the list. Those of TLS 1.3 stay on unless the list names some of them: Go has no choice of them, so
    /// that lists written for it hold none.
    /// </summary>
    public static IReadOnlyList<TlsCipherSuite> Read(SectionReader tls, string key)
    {
        var names = tls.List(key, (string text, [MaybeNullWhen(false)] out string name) => (name = text).Length > 0, Expected.Name) ?? [];
        var suites = new List<TlsCipherSuite>();
        foreach (var name in names)
        {
            if (Known.TryGetValue(name, out var suite))
            {
                suites.Add(suite);
            }
            else
            {
                tls.Error(key, SettingProblem.UnknownCipherSuite, $"\"{ConfigurationProblems.Cut(name)}\" is not a cipher suite that is known here; {Suggestion(name)}");
            }
        }

        if (suites.Count > 0 && (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()))
        {
            tls.Error(key, SettingProblem.SystemsCipherSuites, $"the system chooses the cipher suites by itself on this platform; remove it");
        }

        return suites.Count == 0 || suites.Exists(OfTls13.Contains) ? suites : [.. suites, .. OfTls13];
    }

    private static Reason Suggestion(string name) => NearestName.Among(Known.Keys, name) is { } nearest
        ? new Reason(SettingProblem.DidYouMeanCipherSuite, $"did you mean {nearest}?")
        : new Reason(SettingProblem.WriteCipherSuite, $"write for example TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
}
