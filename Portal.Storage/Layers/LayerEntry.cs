namespace Portal.Storage.Layers;

/// <summary>What an entry of a layer is.</summary>
public enum EntryKind : byte
{
    File,
    Folder,
    SymbolicLink,

    /// <summary>Another name of a file of the same layer.</summary>
    HardLink,
    CharacterDevice,
    BlockDevice,
    Pipe,

    /// <summary>Something that the format of archives has no agreed meaning for.</summary>
    Other,

    /// <summary>Removes what lower layers have under the name (OCI image 1.1, "Whiteouts").</summary>
    Whiteout,

    /// <summary>Removes what lower layers have in the folder of the name ("Opaque Whiteout").</summary>
    OpaqueWhiteout,
}

/// <summary>What is special about an entry.</summary>
[Flags]
public enum EntryTraits : byte
{
    None = 0,

    /// <summary>Stored with holes: fewer bytes are in the archive than the file has. Its content is not offered.</summary>
    Sparse = 1,

    /// <summary>The archive's name was absolute or led upwards with <c>..</c>; it is listed where an engine would put it.</summary>
    OddName = 2,

    /// <summary>It has extended attributes, such as capabilities.</summary>
    Attributes = 4,

    /// <summary>A folder that no entry names; files in it do.</summary>
    Implied = 8,
}

/// <summary>One entry of a layer's archive.</summary>
public sealed record LayerEntry
{
    /// <summary>See <see cref="FilePath"/>; of a whiteout the name that it removes. Empty for the top.</summary>
    public required string Path { get; init; }

    public required EntryKind Kind { get; init; }

    public EntryTraits Traits { get; init; }

    /// <summary>Bytes of a file, holes included; 0 for anything else.</summary>
    public long Size { get; init; }

    /// <summary>The lower twelve bits of a Unix mode.</summary>
    public int Mode { get; init; }

    public long UserId { get; init; }

    public long GroupId { get; init; }

    /// <summary>Empty when the archive has numbers only.</summary>
    public string User { get; init; } = "";

    /// <inheritdoc cref="User"/>
    public string Group { get; init; } = "";

    /// <summary>When it was changed, in seconds since 1970.</summary>
    public long Modified { get; init; }

    /// <summary>Where a link leads, as it is written; empty for anything else.</summary>
    public string Link { get; init; } = "";

    /// <summary>Where a file's bytes begin in the unpacked archive.</summary>
    public long Offset { get; init; }

    /// <summary>The first half of the SHA-256 of a file's bytes as stored: equal content, equal hash. 0 for an empty file and anything else.</summary>
    public UInt128 Hash { get; init; }

    /// <summary><see cref="Modified"/> as a time; null when no calendar has it.</summary>
    public DateTimeOffset? ModifiedAt =>
        Modified is >= -62_135_596_800 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(Modified) : null;

    /// <summary>Whether a file's bytes can be read out of the archive.</summary>
    public bool HasContent => Kind is EntryKind.File && !Traits.HasFlag(EntryTraits.Sparse);
}
