using Portal.Storage.Reasons;

using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

/// <summary>The drivers that keep images at a provider.</summary>
internal static class CloudStorageKeys
{
    private static readonly Reason Remedy = new(KeyProblem.NameAnother, $"name filesystem or inmemory");

    private static ConfigurationKey Folder => Path("rootdirectory", "The folder inside it under which everything lies.").Otherwise("its top");

    public static ConfigurationKey S3 => Section("s3", "Amazon S3, and what speaks its protocol.",
        Text("region", "The region of the bucket.").Required("us-east-1"),
        Text("bucket", "The bucket's name; it has to exist.").Required("images"),
        Text("accesskey", "The access key.").Otherwise("the machine's own credentials"),
        Text("secretkey", "The secret that belongs to the access key.").Secret(),
        Text("sessiontoken", "The token of temporary credentials.").Secret(),
        Text("regionendpoint", "The address of a server that is not Amazon's."),
        Flag("forcepathstyle", "Puts the bucket into the path in place of the host's name."),
        Flag("encrypt", "Lets the server encrypt what it stores."),
        Text("keyid", "The KMS key for that.").Otherwise("the server's own key"),
        Flag("secure", "Speaks TLS with the server.", "true"),
        Flag("skipverify", "Takes any certificate of the server."),
        Flag("v4auth", "Signs requests by version 4 of Amazon's rules; version 2 is gone.", "true"),
        Bytes("chunksize", "The size of a part of a large upload; at least 5 MiB.", "10MiB"),
        Bytes("multipartcopychunksize", "The size of a part when a large object is copied; at least 5 MiB.", "32MiB"),
        Number("multipartcopymaxconcurrency", "Parts that are copied side by side.", "100"),
        Bytes("multipartcopythresholdsize", "The size from which an object is copied in parts; at most 5 GiB.", "32MiB"),
        Folder,
        Choice("storageclass", "The storage class of new objects; NONE leaves it to a server that knows none.",
            [
                "NONE", "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "OUTPOSTS",
                "GLACIER_IR",
            ],
            "STANDARD"),
        Choice("objectacl", "Who else may read new objects.",
            [
                "private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read",
                "bucket-owner-full-control",
            ],
            "private"),
        Flag("usedualstack", "Reaches Amazon over IPv6 as well."),
        Flag("accelerate", "Uses Amazon's transfer acceleration."),
        Text("useragent", "The User-Agent of requests."),
        Choice("loglevel", "What the driver logs of its requests.",
            [
                "off", "debug", "debugwithsigning", "debugwithhttpbody", "debugwithrequestretries", "debugwithrequesterrors",
                "debugwitheventstreambody",
            ],
            "off")).NotYet(Remedy);

    public static ConfigurationKey Azure => Section("azure", "Microsoft Azure Blob Storage.",
        Text("accountname", "The storage account.").Required("account"),
        Text("accountkey", "The account's key, in base64; required unless credentials say otherwise.").Secret(),
        Text("container", "The container; it is made when it does not exist.").Required("images"),
        Text("realm", "The host's name behind the account's.", "core.windows.net"),
        Section("credentials", "Another way to sign in than the account's key.",
            Choice("type", "Which way.", ["client_secret", "shared_key", "default_credentials"], "shared_key"),
            Text("clientid", "The application, for client_secret."),
            Text("tenantid", "Its tenant, for client_secret."),
            Text("secret", "Its secret, for client_secret.").Secret()),
        Folder,
        Number("max_retries", "Tries of a request that failed.", "5"),
        Duration("retry_delay", "The wait between tries of a request that failed.", "100ms"),
        Number("copy_status_poll_max_retry", "How often a copy under way is asked whether it is done.", "10"),
        Duration("copy_status_poll_delay", "The wait between two such questions.", "100ms")).NotYet(Remedy);

    public static ConfigurationKey Gcs => Section("gcs", "Google Cloud Storage.",
        Text("bucket", "The bucket's name.").Required("images"),
        Path("keyfile", "The JSON file of a service account.").Otherwise("the platform's own credentials"),
        Section("credentials", "What the key file says, written here.",
            Text("type", "The kind of account, as in the key file."),
            Text("project_id", "The project."),
            Text("private_key_id", "The key's id."),
            Text("private_key", "The key, in PEM.").Secret(),
            Text("client_email", "The account's address."),
            Text("client_id", "The account's number."),
            Text("auth_uri", "Where one signs in."),
            Text("token_uri", "Where tokens are fetched."),
            Text("auth_provider_x509_cert_url", "The provider's certificates."),
            Text("client_x509_cert_url", "The account's certificates."),
            Text("universe_domain", "The cloud's domain.")),
        Folder,
        Bytes("chunksize", "The size of a piece of an upload; a multiple of 256 KiB.", "5MiB"),
        Number("maxconcurrency", "Requests that may be under way at a time; less than 25 counts as 25.", "50")).NotYet(Remedy);

    public static ConfigurationKey Swift => Section("swift", "OpenStack Swift.",
        Text("username", "The user.").Required("registry"),
        Text("password", "The user's password.").Secret().Required("secret"),
        Url("authurl", "The address of the identity service, where one signs in.").Required("https://identity.example.com/v3"),
        Text("container", "The container; it is made when it does not exist.").Required("images"),
        Text("tenant", "The tenant's name."),
        Text("tenantid", "The tenant's id."),
        Text("domain", "The domain's name, for version 3 of the identity service."),
        Text("domainid", "The domain's id, for version 3 of the identity service."),
        Text("tenantdomain", "The name of the tenant's domain, where it differs from the user's."),
        Text("tenantdomainid", "The id of the tenant's domain, where it differs from the user's."),
        Text("trustid", "The trust to act under, for version 3 of the identity service."),
        Flag("insecureskipverify", "Takes any certificate of the server."),
        Text("region", "The region."),
        Bytes("chunksize", "The size of a segment of a large object.", "5MiB"),
        Path("prefix", "The older name of rootdirectory."),
        Folder,
        Text("secretkey", "Signs temporary addresses.").Secret(),
        Text("accesskey", "Names the key that signs temporary addresses."),
        Number("authversion", "The version of the identity service, 1 to 3.").Otherwise("as the address says"),
        Choice("endpointtype", "Which of the service's addresses is used.", ["public", "internal", "admin"], "public"),
        Flag("tempurlcontainerkey", "Takes the container's key for temporary addresses, not the account's."),
        List("tempurlmethods", KeyType.Text, "The methods that temporary addresses allow.")).NotYet(Remedy);

    public static ConfigurationKey Oss => Section("oss", "Alibaba Cloud OSS.",
        Text("accesskeyid", "The access key.").Required("key"),
        Text("accesskeysecret", "The secret that belongs to it.").Secret().Required("secret"),
        Text("region", "The region, as oss-cn-beijing.").Required("oss-cn-beijing"),
        Text("bucket", "The bucket's name.").Required("images"),
        Text("endpoint", "The server's host.").Otherwise("made of bucket and region"),
        Flag("internal", "Goes through the provider's own network."),
        Flag("encrypt", "Lets the server encrypt what it stores."),
        Text("encryptionkeyid", "The KMS key for that.").Otherwise("the server's own key"),
        Flag("secure", "Speaks TLS with the server.", "true"),
        Bytes("chunksize", "The size of a part of an upload; at least 5 MiB.", "10MiB"),
        Folder).NotYet(Remedy);
}
