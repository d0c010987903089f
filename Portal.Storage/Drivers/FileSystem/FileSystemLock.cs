using Microsoft.Win32.SafeHandles;

namespace Portal.Storage.Drivers.FileSystem;

/// <summary>
/// A file that one process has at a time. What is at its place may have been put there by somebody with fewer rights: no
/// link is followed, and a file that was there keeps its rights.
/// </summary>
internal static class FileSystemLock
{
    // What a lock says that another has: EWOULDBLOCK of Linux and of macOS, and ERROR_SHARING_VIOLATION of Windows.
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    /// <returns>Null when another has it.</returns>
    /// <exception cref="IOException">There is a symbolic link in its place; or the file came or went just now, and another try is worth it.</exception>
    public static IDisposable? TryTake(string file)
    {
        RequireNoLink(file);
        SafeFileHandle? held = null;
        try
        {
            held = File.Exists(file) ? File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None) : Make(file);

            // Somebody may have put one there since the first look.
            RequireNoLink(file);
            return held;
        }
        catch (IOException exception) when (held is null && exception.HResult is WouldBlock or WouldBlockOnMac or SharingViolation)
        {
            return null;
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>A file that root's command made is to be one that the server's user can lock: who may write the folder may lock it.</summary>
    private static SafeFileHandle Make(string file)
    {
        var made = File.OpenHandle(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                // Through the handle: by now something else may be at the path.
                var folder = Path.GetDirectoryName(file)!;
                File.SetUnixFileMode(made, Rights(File.GetUnixFileMode(folder)));
                FileOwner.TryGive(folder, made);
            }

            return made;
        }
        catch (UnauthorizedAccessException)
        {
            // The file system has no modes: everybody has the same rights then.
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private static UnixFileMode Rights(UnixFileMode folder) =>
        UnixFileMode.UserRead | UnixFileMode.UserWrite
        | (folder.HasFlag(UnixFileMode.GroupWrite) ? UnixFileMode.GroupRead | UnixFileMode.GroupWrite : UnixFileMode.None)
        | (folder.HasFlag(UnixFileMode.OtherWrite) ? UnixFileMode.OtherRead | UnixFileMode.OtherWrite : UnixFileMode.None);

    private static void RequireNoLink(string file)
    {
        if (new FileInfo(file).LinkTarget is not null)
        {
            throw new IOException($"{file} is a symbolic link, and a lock is none: remove it");
        }
    }
}
