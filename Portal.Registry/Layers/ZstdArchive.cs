using System.Runtime.CompilerServices;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Portal.Registry.Layers;

/// <summary>The one place that names the zstd library's types: it is loaded when the first such layer is read.</summary>
internal static class ZstdArchive
{
    // 32 MiB of memory a reader. Builders use 8 MiB up to level 19; a stranger may ask for gigabytes.
    private const int MaxWindowLog = 25;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Stream Open(Stream packed)
    {
        var stream = new DecompressionStream(packed, leaveOpen: true);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindowLog);
        return stream;
    }

    /// <summary>Whether the library says that the data is wrong.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool IsDamage(Exception exception) => exception is ZstdException;
}
