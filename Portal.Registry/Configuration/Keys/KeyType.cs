namespace Portal.Registry.Configuration.Keys;

/// <summary>What a key's value is.</summary>
public enum KeyType
{
    /// <summary>Keys of its own, on lines below it.</summary>
    Section,

    /// <summary>Any text.</summary>
    Text,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A size, as <see cref="ByteCount"/> reads it.</summary>
    Bytes,

    /// <summary>A length of time, as <see cref="GoDuration"/> reads it.</summary>
    Duration,

    /// <summary>One of <see cref="ConfigurationKey.Choices"/>.</summary>
    Choice,

    /// <summary><c>host:port</c>, as <see cref="ListenAddress"/> reads it.</summary>
    Address,

    /// <summary>An absolute <c>http</c> or <c>https</c> address.</summary>
    Url,

    /// <summary>A file or folder of the machine, or a folder within a bucket.</summary>
    Path,

    /// <summary>A regular expression.</summary>
    Pattern,

    /// <summary>A network, as <c>10.0.0.0/8</c>.</summary>
    Network,

    /// <summary>Values one after the other, each a <see cref="ConfigurationKey.Item"/>.</summary>
    List,

    /// <summary>Names of the user's own, each with a value.</summary>
    Map,

    /// <summary>Names of headers, each with a list of values.</summary>
    Headers,
}
