using Portal.Registry.Auth.Tokens;
using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class AuthKeys
{
    public static ConfigurationKey Auth => Section("auth", "Who may come in: at most one of the ways below; without one, everybody.",
        Section("none", "No sign-in."),
        Section("htpasswd", "A file of names and bcrypt hashes.",
            Text("realm", "What the challenge calls this place; people see it in a browser's dialog.").Required("Registry"),
            Path("path", "The file. It is made when it does not exist; a change of what it holds counts at once.").Required("/auth/htpasswd")),
        Section("token", "Tokens of a server elsewhere.",
            Text("realm", "The address of the token server.").Required("https://auth.example.com/token"),
            Text("service", "The name by which tokens know this registry.").Required("registry.example.com"),
            Text("issuer", "Who has to have made the tokens.").Required("auth.example.com"),
            Path("rootcertbundle", "The PEM file of certificates to which the token's key has to lead; this or jwks is required. A change of what it holds counts at once."),
            Path("jwks", "The JSON file of keys that may have signed a token. A change of what it holds counts at once."),
            Choices("signingalgorithms", "The algorithms by which a token may be signed.", TokenKey.Algorithms).Otherwise("all of them"),
            Flag("autoredirect", "Takes the host of each request for the token server's, by https unless http.host or a trusted proxy says otherwise."),
            Path("autoredirectpath", "The path that autoredirect puts behind the host.", "/auth/token/")),
        Section("silly", "Any Authorization header lets one in: for development alone.",
            Text("realm", "What the challenge calls this place.").Required("Registry"),
            Text("service", "What the challenge calls this registry.").Required("registry.example.com")));
}
