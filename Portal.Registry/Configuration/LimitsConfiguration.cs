using Portal.Storage.Oci;

namespace Portal.Registry.Configuration;

/// <summary>The <c>portal.limits</c> section: how much a client may ask of the registry.</summary>
public sealed record LimitsConfiguration
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    // An address of the protocol with a name and a digest of the largest length has some 600 bytes.
    private const int LeastRequestLine = 1 * KiB;

    // Kestrel gathers a head whole, so that it has to fit into the megabyte that is received ahead.
    private const int MostHead = 256 * KiB;

    // Below this a browser with its cookies, or a proxy that forwards, would be shut out.
    private const int LeastHeaderSize = 4 * KiB;
    private const int LeastHeaderCount = 20;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Bytes a pushed manifest may have; 4 MiB unless set. What is stored stays readable when it is lowered.</summary>
    public int ManifestSize { get; init; } = Manifest.MaxSize;

    /// <summary>Characters a repository's name may have when something is pushed; 255 unless set.</summary>
    public int RepositoryLength { get; init; } = RepositoryName.MaxLength;

    /// <summary>Characters a tag may have when it is pushed; 128 unless set.</summary>
    public int TagLength { get; init; } = Tag.MaxLength;

    /// <summary>Requests with a blob's body that are under way at once; 1000 unless set.</summary>
    public int Uploads { get; init; } = 1000;

    /// <summary>Bytes of a request's first line, on both listeners; 8 KiB unless set.</summary>
    public int RequestLine { get; init; } = 8 * KiB;

    /// <summary>Bytes of a request's headers together, on both listeners; 32 KiB unless set.</summary>
    public int HeaderSize { get; init; } = 32 * KiB;

    /// <summary>Headers of a request, on both listeners; 100 unless set.</summary>
    public int HeaderCount { get; init; } = 100;

    /// <summary>Bytes a second below which a client is given up; 128 unless set, 0 for never.</summary>
    public int MinDataRate { get; init; } = 128;

    /// <summary>
    /// The time over which <see cref="MinDataRate"/> is measured; 5 minutes unless set. A builder that pushes while it
    /// still makes and packs a layer sends nothing for as long as that step takes, and is no attacker.
    /// </summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a connection may wait for its next request, on both listeners; 130 seconds unless set.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a request's first line and headers may take to come, on both listeners; 30 seconds unless set.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal static LimitsConfiguration Read(SectionReader limits)
    {
        var defaults = new LimitsConfiguration();
        return new LimitsConfiguration
        {
            ManifestSize = limits.Bytes("manifestsize", defaults.ManifestSize, 64 * KiB, Manifest.LargestSize),
            RepositoryLength = limits.Integer("repositorylength", defaults.RepositoryLength, 1, RepositoryName.MaxLength),
            TagLength = limits.Integer("taglength", defaults.TagLength, 1, Tag.MaxLength),
            Uploads = limits.Integer("uploads", defaults.Uploads, least: 1),
            RequestLine = limits.Bytes("requestline", defaults.RequestLine, LeastRequestLine, MostHead),
            HeaderSize = limits.Bytes("headersize", defaults.HeaderSize, LeastHeaderSize, MostHead),
            HeaderCount = limits.Integer("headercount", defaults.HeaderCount, LeastHeaderCount, 10 * defaults.HeaderCount),
            MinDataRate = limits.Bytes("mindatarate", defaults.MinDataRate, 0, 1024 * MiB),
            GracePeriod = limits.Duration("graceperiod", defaults.GracePeriod, Second, Day),
            IdleTimeout = limits.Duration("idletimeout", defaults.IdleTimeout, Second, Day),
            HeadTimeout = limits.Duration("headtimeout", defaults.HeadTimeout, Second, Day),
        };
    }
}
