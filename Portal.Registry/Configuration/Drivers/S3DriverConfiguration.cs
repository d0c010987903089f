namespace Portal.Registry.Configuration.Drivers;

/// <summary>A bucket of Amazon S3, or of a server that speaks its protocol.</summary>
public sealed record S3DriverConfiguration : DriverConfiguration
{
    // S3's own bounds of a part and of an object that is copied at once.
    private const long LeastPart = 5L << 20;
    private const long MostPart = 5L << 30;

    public string Region { get; init; } = "";

    public string Bucket { get; init; } = "";

    /// <summary>Null: the machine's own credentials.</summary>
    public string? AccessKey { get; init; }

    public Secret? SecretKey { get; init; }

    /// <summary>Of temporary credentials.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary>A server that is not Amazon's: an address, or a host with or without its port.</summary>
    public string? RegionEndpoint { get; init; }

    public bool ForcePathStyle { get; init; }

    public bool Encrypt { get; init; }

    /// <summary>The KMS key of encryption; null for the server's own.</summary>
    public string? KeyId { get; init; }

    public bool Secure { get; init; } = true;

    /// <summary>Take any certificate.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>Always true: version 2 of the signatures is gone.</summary>
    public bool V4Auth { get; init; } = true;

    /// <summary>Bytes of a part of an upload, from 5 MiB to 5 GiB.</summary>
    public long ChunkSize { get; init; } = 10L << 20;

    /// <summary>Bytes of a part of a copy, from 5 MiB to 5 GiB.</summary>
    public long MultipartCopyChunkSize { get; init; } = 32L << 20;

    public int MultipartCopyMaxConcurrency { get; init; } = 100;

    /// <summary>Bytes from which a copy is made in parts, up to 5 GiB.</summary>
    public long MultipartCopyThresholdSize { get; init; } = 32L << 20;

    /// <summary>The folder in the bucket; empty for its top.</summary>
    public string RootDirectory { get; init; } = "";

    /// <summary>As S3 spells it; <c>NONE</c> sends no class.</summary>
    public string StorageClass { get; init; } = "STANDARD";

    /// <summary>A canned ACL, as S3 spells it.</summary>
    public string ObjectAcl { get; init; } = "private";

    public bool UseDualStack { get; init; }

    public bool Accelerate { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>What is logged of requests, by upstream's words.</summary>
    public string LogLevel { get; init; } = "off";

    internal static new S3DriverConfiguration Read(SectionReader s3)
    {
        var defaults = new S3DriverConfiguration();
        var configuration = new S3DriverConfiguration
        {
            Region = s3.Text("region") ?? "",
            Bucket = s3.Text("bucket") ?? "",
            AccessKey = s3.Text("accesskey"),
            SecretKey = s3.Secret("secretkey"),
            SessionToken = s3.Secret("sessiontoken"),
            RegionEndpoint = s3.Text("regionendpoint"),
            ForcePathStyle = s3.Flag("forcepathstyle"),
            Encrypt = s3.Flag("encrypt"),
            KeyId = s3.Text("keyid"),
            Secure = s3.Flag("secure", defaults.Secure),
            SkipVerify = s3.Flag("skipverify"),
            V4Auth = s3.Flag("v4auth", defaults.V4Auth),
            ChunkSize = s3.LongBytes("chunksize", defaults.ChunkSize, LeastPart, MostPart),
            MultipartCopyChunkSize = s3.LongBytes("multipartcopychunksize", defaults.MultipartCopyChunkSize, LeastPart, MostPart),
            MultipartCopyMaxConcurrency = s3.Integer("multipartcopymaxconcurrency", defaults.MultipartCopyMaxConcurrency, least: 1),
            MultipartCopyThresholdSize = s3.LongBytes("multipartcopythresholdsize", defaults.MultipartCopyThresholdSize, 0, MostPart),
            RootDirectory = s3.Text("rootdirectory") ?? "",
            StorageClass = s3.Word("storageclass", defaults.StorageClass),
            ObjectAcl = s3.Word("objectacl", defaults.ObjectAcl),
            UseDualStack = s3.Flag("usedualstack"),
            Accelerate = s3.Flag("accelerate"),
            UserAgent = s3.Text("useragent"),
            LogLevel = s3.Word("loglevel", defaults.LogLevel),
        };
        if (configuration.AccessKey is not null || configuration.SecretKey is not null)
        {
            s3.RequireAll("accesskey", "secretkey");
        }

        if (!configuration.V4Auth)
        {
            s3.Error("v4auth", SettingProblem.OldSignatures, $"version 2 of the signatures is gone; remove it");
        }

        return configuration;
    }
}
