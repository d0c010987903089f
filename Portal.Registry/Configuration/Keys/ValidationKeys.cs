using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

/// <summary>What may be pushed and asked for.</summary>
internal static class ValidationKeys
{
    public static ConfigurationKey Compatibility => Section("compatibility", "For old clients.",
        Section("schema1", "Signed manifests of Docker before 1.10.",
            Flag("enabled", "Takes and serves them.").OffWhen("false"),
            Path("signingkeyfile", "The key that signs converted manifests; it is made when it does not exist."),
            Path("trustkey", "An older name of signingkeyfile.")));

    public static ConfigurationKey Validation => Section("validation", "What a pushed manifest may say.",
        Flag("enabled", "Turns the checks on; older than the key disabled."),
        Flag("disabled", "Turns the checks off."),
        Section("manifests", "Manifests.",
            Section("urls", "Addresses of layers that lie elsewhere.",
                List("allow", KeyType.Pattern, "Regular expressions, of which an address has to match one."),
                List("deny", KeyType.Pattern, "Regular expressions, of which an address may match none.")),
            Section("indexes", "Indexes, which list an image for each platform.",
                Choice("platforms", "The images of an index that have to be there: all, none, or those of platformlist.",
                    ["all", "none", "list"], "all"),
                Sections("platformlist", "The platforms whose images have to be there.",
                    Text("os", "The operating system, as linux."),
                    Text("architecture", "The processor, as amd64.")))));

    public static ConfigurationKey Policy => Section("policy", "What a token has to allow.",
        Section("repository", "Repositories.",
            List("classes", KeyType.Text, "The classes of manifests that may be pushed, image or plugin; a token has to name the class for the repository.")));

    public static ConfigurationKey Catalog => Section("catalog", "The list of repositories.",
        Number("maxentries", "The most names in one answer of /v2/_catalog.", "1000"));
}
