namespace Portal.Registry.Configuration.Drivers;

/// <summary>A bucket of Alibaba Cloud OSS.</summary>
public sealed record OssDriverConfiguration : DriverConfiguration
{
    private const long MiB = 1L << 20;

    public string AccessKeyId { get; init; } = "";

    public Secret? AccessKeySecret { get; init; }

    public string Region { get; init; } = "";

    public string Bucket { get; init; } = "";

    /// <summary>The server's host; null: made of bucket and region.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Go through the provider's own network.</summary>
    public bool Internal { get; init; }

    public bool Encrypt { get; init; }

    /// <summary>The KMS key of encryption; null for the server's own.</summary>
    public string? EncryptionKeyId { get; init; }

    public bool Secure { get; init; } = true;

    /// <summary>Bytes of a part of an upload, from 5 MiB to 5 GiB.</summary>
    public long ChunkSize { get; init; } = 10 * MiB;

    /// <summary>The folder in the bucket; empty for its top.</summary>
    public string RootDirectory { get; init; } = "";

    internal static new OssDriverConfiguration Read(SectionReader oss)
    {
        var defaults = new OssDriverConfiguration();
        return new OssDriverConfiguration
        {
            AccessKeyId = oss.Text("accesskeyid") ?? "",
            AccessKeySecret = oss.Secret("accesskeysecret"),
            Region = oss.Text("region") ?? "",
            Bucket = oss.Text("bucket") ?? "",
            Endpoint = oss.Text("endpoint"),
            Internal = oss.Flag("internal"),
            Encrypt = oss.Flag("encrypt"),
            EncryptionKeyId = oss.Text("encryptionkeyid"),
            Secure = oss.Flag("secure", defaults.Secure),
            ChunkSize = oss.LongBytes("chunksize", defaults.ChunkSize, 5 * MiB, 5120 * MiB),
            RootDirectory = oss.Text("rootdirectory") ?? "",
        };
    }
}
