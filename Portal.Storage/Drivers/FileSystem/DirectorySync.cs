using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Portal.Storage.Drivers.FileSystem;

/// <summary>
/// Makes folder entries durable. A renamed file survives a power cut only when its folder was flushed too, and that
/// folder only when its own parent was. <c>File.OpenHandle</c> refuses folders, hence the calls into libc.
/// </summary>
public sealed partial class DirectorySync(string root)
{
    private const int OpenReadOnly = 0;
    private const int InvalidArgument = 22;
    private const int Remembered = 65_536;

    // Folders whose own entry is known to be on disk, so that each is flushed once in a process and not at each write.
    private readonly ConcurrentDictionary<string, byte> _durable = new(StringComparer.Ordinal);

    /// <summary>Creates a folder and what is missing above it, each entry durable.</summary>
    public void Create(string folder)
    {
        if (_durable.ContainsKey(folder))
        {
            return;
        }

        if (folder.Length > root.Length)
        {
            var parent = Path.GetDirectoryName(folder)!;
            Create(parent);
            Directory.CreateDirectory(folder);
            Flush(parent);
        }
        else
        {
            Directory.CreateDirectory(folder);
        }

        if (_durable.Count >= Remembered)
        {
            _durable.Clear();
        }

        _durable[folder] = 0;
    }

    /// <summary>To be called before a folder is removed: one that is made again has to be flushed again.</summary>
    public void Forget(string folder)
    {
        _durable.TryRemove(folder, out _);
        foreach (var below in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
        {
            _durable.TryRemove(below, out _);
        }
    }

    public void ForgetAll()
    {
        _durable.Clear();
    }

    /// <summary>Writes a folder's entries to disk.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals its entries and has no call to flush a folder.
            return;
        }

        var descriptor = Open(folder, OpenReadOnly);
        if (descriptor < 0)
        {
            throw Failure(folder);
        }

        try
        {
            // Some file systems (network shares) cannot flush a folder and say so; there is nothing more to do then.
            if (Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
            {
                throw Failure(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string folder)
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return cause.NativeErrorCode == 2
            ? new DirectoryNotFoundException($"the folder {folder} vanished while it was flushed")
            : new IOException($"cannot flush the folder {folder}: {cause.Message}", cause);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
