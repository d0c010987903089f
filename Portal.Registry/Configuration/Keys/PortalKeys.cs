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
        Section("admin", "An administrator, who cannot be taken away in the pages.",
            Text("username", "The name.").Required("admin"),
            Text("password", "The password; without it the name is that of a user in the htpasswd file, or one that portal.openid brings.").Secret()),
        Section("session", "How long a browser stays signed in to the pages.",
            Duration("idletimeout", "Without anything being done, from 1m up.", "12h"),
            Duration("lifetime", "Whatever is done, from 1m up.", "168h")).Live(),
        Section("openid", "Sign-in to the pages through a server that speaks OpenID Connect.",
            Url("issuer", "The server's address, without .well-known/openid-configuration.").Required("https://login.example.com/realms/main"),
            Text("clientid", "The name by which the server knows these pages.").Required("registry-portal"),
            Text("clientsecret", "The secret that goes with it; without one PKCE alone is used.").Secret(),
            List("scopes", KeyType.Text, "What the server is asked to tell.").Otherwise("openid, profile"),
            Text("nameclaim", "The claim with the user's name. Take one that users cannot change.", "preferred_username"),
            Text("groupsclaim", "The claim with the names of the user's groups, for permissions.", "groups"),
            List("admingroups", KeyType.Text, "Groups whose members are administrators."),
            Text("title", "What the button says.", "Sign in with OpenID Connect")),
        Section("tokenserver", "Signed tokens for the users of auth.htpasswd, at /auth/token beside /v2/: as docker needs them to pull without a name.",
            Flag("enabled", "Makes tokens, and tells clients to get one. A name and its password are taken as before."),
            Text("issuer", "Who tokens say made them.").Otherwise("the host at which the token was asked for"),
            Text("service", "The name by which tokens know this registry, and others that trust its tokens.", "registry-portal"),
            Duration("expiration", "How long a token holds, from 1m to 12h.", "5m"),
            Duration("refreshexpiration", "How long docker may get further tokens after a login, without a password.", "2160h"),
            Duration("keyrotation", "How long one key signs; the next one is at /auth/keys that much ahead.", "720h")),
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
