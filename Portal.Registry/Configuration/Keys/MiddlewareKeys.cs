using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class MiddlewareKeys
{
    public static ConfigurationKey Middleware => Section("middleware", "What stands between the registry and its parts.",
        Of("registry", "In front of the registry. None exists, so that an entry has to be disabled.", Map("options", "Its settings.")),
        Of("repository", "In front of each repository. None exists, so that an entry has to be disabled.", Map("options", "Its settings.")),
        Of("storage", "In front of the storage: cloudfront, redirect or rewrite.",
            Section("options", "Its settings; which ones depends on the name.",
                Url("baseurl", "cloudfront, redirect: the address to which clients are sent for a blob."),
                Path("privatekey", "cloudfront: the PEM file of the key that signs addresses."),
                Text("keypairid", "cloudfront: the id of that key."),
                Duration("duration", "cloudfront: how long an address holds.", "20m"),
                Choice("ipfilteredby", "cloudfront: whose addresses go to the storage itself.", ["none", "aws", "awsregion"], "none"),
                Text("awsregion", "cloudfront: the regions for awsregion, with commas between."),
                Duration("updatefrequency", "cloudfront: how often the list of addresses is fetched.", "12h"),
                Duration("updatefrenquency", "cloudfront: the older spelling of updatefrequency."),
                Url("iprangesurl", "cloudfront: where the list of addresses is.", "https://ip-ranges.amazonaws.com/ip-ranges.json"),
                Choice("scheme", "rewrite: the scheme of the new address.", ["http", "https"]),
                Text("host", "rewrite: the host of the new address."),
                Text("trimpathprefix", "rewrite: the beginning of the path that is cut off."))).EachNotYet());

    private static ConfigurationKey Of(string kind, string effect, ConfigurationKey options) =>
        Sections(kind, effect,
            Text("name", "Which one.").Required("redirect"),
            Flag("disabled", "Keeps the entry in the file and does nothing with it.").OffWhen("true"),
            options);
}
