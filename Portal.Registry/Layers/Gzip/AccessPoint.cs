namespace Portal.Registry.Layers.Gzip;

/// <summary>What comes at an <see cref="AccessPoint"/>.</summary>
internal enum AccessPlace : byte
{
    Block,

    /// <summary>Codes of a block that brings none of its own: some encoders make a single one of a whole file.</summary>
    FixedCodes,

    /// <summary>The same, of the member's last block.</summary>
    LastFixedCodes,
}

/// <summary>A place inside a gzip file at which unpacking can begin, without what comes before it.</summary>
/// <param name="PackedBits">Where it is, in bits from the file's beginning.</param>
/// <param name="Unpacked">Unpacked bytes before it.</param>
/// <param name="Window">The last of those bytes, at most 32 KiB: what comes may repeat some of them. None where a member begins.</param>
internal readonly record struct AccessPoint(long PackedBits, long Unpacked, AccessPlace Place, ReadOnlyMemory<byte> Window);
