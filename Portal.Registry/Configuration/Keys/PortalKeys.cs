using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

/// <summary>What upstream does not have, and skips.</summary>
internal static class PortalKeys
{
    public static ConfigurationKey Portal => Section("portal", "The pages, and bounds on what a client may ask.",
        Address("addr", "Where the pages are served, as host:port; empty for no pages.", ":5080"),
        Text("title", "The name at the top of each page.", "Registry Portal"),
        Path("datadirectory", "Where the portal keeps its own files.").Otherwise("the filesystem driver's folder, else ./data"),
        Path("database", "The SQLite file of the catalog index, relative to the data directory.", "portal.db"),
        List("trustedproxies", KeyType.Network, "Networks whose X-Forwarded headers are believed.")
            .Otherwise("loopback, private and link-local networks"),
        Section("tls", "TLS of the pages, which else is that of the registry.",
            Path("certificate", "The PEM file of the pages' own certificate."),
            Path("key", "The PEM file of its key."),
            Flag("disabled", "Speaks plain HTTP whatever http.tls says: for a proxy in front.")),
        Section("admin", "The first administrator.",
            Text("username", "The name."),
            Text("password", "The password.").Secret()).NotYet(),
        Section("audit", "Who did what, when and from where.",
            Duration("retention", "How long it is kept; 0 for ever.", "8760h")).Live(),
        Section("limits", "How much a client may ask.",
            Bytes("manifestsize", "The size of a pushed manifest, from 64 KiB to 64 MiB.", "4MiB"),
            Number("repositorylength", "Characters of a repository's name that is pushed to.", "255"),
            Number("taglength", "Characters of a tag that is pushed.", "128"),
            Number("uploads", "Requests with a blob's body that are under way at once.", "1000"),
            Bytes("mindatarate", "Bytes a second below which a client is given up; 0 for never.", "128"),
            Duration("graceperiod", "The time over which that rate is measured.", "5m"),
            Bytes("requestline", "The first line of a request.", "8KiB"),
            Bytes("headersize", "The headers of a request together.", "32KiB"),
            Number("headercount", "Headers of a request.", "100"),
            Duration("headtimeout", "How long first line and headers may take to come.", "30s"),
            Duration("idletimeout", "How long a connection may wait for its next request.", "130s")).Live());
}
