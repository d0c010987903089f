using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Portal.Storage.Drivers.FileSystem;

/// <summary>Gives a file the owner and the mode of another, which .NET has no words for.</summary>
public static partial class FileOwner
{
    private const int CurrentFolder = -100;
    private const uint OwnerAndGroup = 0x18;
    private const uint Unchanged = uint.MaxValue;

    // The parts of struct statx that are read; it is the same on every architecture.
    private const int StatxSize = 256;
    private const int UserAt = 20;
    private const int GroupAt = 24;

    /// <param name="from">The file whose owner and mode count.</param>
    /// <param name="to">The file that gets them.</param>
    /// <returns>False when the owner cannot be known or given: the process's user may not do that.</returns>
    public static bool TryCopy(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        if (!OperatingSystem.IsLinux() || Find(from) is not { } wanted || Find(to) is not { } given)
        {
            return false;
        }

        if (wanted != given && ChangeOwner(to, wanted.User, wanted.Group) != 0)
        {
            return false;
        }

        File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        return true;
    }

    /// <summary>Gives an open file the owner of another, or its group alone where no more is allowed; its mode stays.</summary>
    /// <returns>False when nothing could be given.</returns>
    public static bool TryGive(string from, SafeFileHandle to)
    {
        return OperatingSystem.IsLinux()
            && Find(from) is { } wanted
            && (ChangeOwner(to, wanted.User, wanted.Group) == 0 || ChangeOwner(to, Unchanged, wanted.Group) == 0);
    }

    private static (uint User, uint Group)? Find(string path)
    {
        var status = new byte[StatxSize];
        return Statx(CurrentFolder, path, 0, OwnerAndGroup, status) == 0
            ? (BitConverter.ToUInt32(status, UserAt), BitConverter.ToUInt32(status, GroupAt))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, [Out] byte[] status);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);
}
