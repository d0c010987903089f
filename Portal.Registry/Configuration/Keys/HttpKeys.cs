using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class HttpKeys
{
    public static ConfigurationKey Http => Section("http", "The registry's listener, and what its answers carry.",
        Address("addr", "Where the registry listens, as host:port; with net: unix, the socket's path.", ":5000"),
        Choice("net", "What addr is: a port, or a Unix socket.", ["tcp", "unix"], "tcp"),
        Path("prefix", "What stands in front of v2/ in every address.", "/"),
        Url("host", "The address under which clients know the registry, for Location and Link.").Otherwise("the request's own"),
        Text("secret", "Signs the state of uploads; has to be the same on all registries behind one balancer.").Secret()
            .Otherwise("made at the first start, kept in portal.secret"),
        Flag("relativeurls", "Leaves scheme and host out of Location."),
        Duration("draintimeout", "How long requests under way may take to finish at a stop.", "0s"),
        Headers("headers", "Headers that are added to every answer of the registry.").Live(),
        Section("http2", "HTTP/2.",
            Flag("disabled", "Speaks HTTP/1.1 alone.")),
        Section("h2c", "HTTP/2 without TLS.",
            Flag("enabled", "Speaks it with clients that begin with it.")),
        Section("tls", "TLS on the listener.",
            Path("certificate", "The PEM file of the certificate and those that vouch for it."),
            Path("key", "The PEM file of its key."),
            List("clientcas", KeyType.Path, "PEM files of authorities: a client has to show a certificate of one of them."),
            Choice("clientauth", "What is asked of a client's certificate.",
                [
                    "request-client-cert", "require-any-client-cert", "verify-client-cert-if-given",
                    "require-and-verify-client-cert",
                ],
                "require-and-verify-client-cert"),
            Choice("minimumtls", "The oldest version of TLS that is spoken.", ["tls1.2", "tls1.3"], "tls1.2"),
            List("ciphersuites", KeyType.Text, "The cipher suites of TLS 1.2 that are spoken, by Go's names."),
            Section("letsencrypt", "A certificate from Let's Encrypt, in place of certificate and key.",
                Path("cachefile", "Where the account and the certificates are kept."),
                Text("email", "The address that the authority writes to."),
                List("hosts", KeyType.Text, "The names that a certificate may be fetched for."),
                Url("directoryurl", "Another authority's ACME directory."))),
        Section("debug", "A listener for those who run the registry; keep it from the outside.",
            Address("addr", "Where it listens, as host:port."),
            Section("prometheus", "Figures for Prometheus.",
                Flag("enabled", "Serves them."),
                Path("path", "Where.", "/metrics"))));
}
