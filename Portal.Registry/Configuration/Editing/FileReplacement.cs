using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration.Editing;

/// <summary>Puts another content in the place of a file's: whole or not at all. Mode and owner stay, a symbolic link stays one.</summary>
internal static class FileReplacement
{
    // What Linux says of a write that found no room: ENOSPC and EDQUOT.
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Whether a write failed for want of room.</summary>
    public static bool IsFull(IOException exception) => exception.HResult is NoSpaceLeft or QuotaExceeded;

    /// <summary>The file behind a link.</summary>
    public static string TargetOf(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);

    /// <summary>Why the file cannot be written, and what to do about it; null when it can.</summary>
    public static Reason? WhyReadOnly(string path)
    {
        try
        {
            var target = TargetOf(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(target) & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0)
            {
                return new Reason(EditorRefusal.ModeIsReadOnly, $"{path} is read-only: its mode lets nobody write; give its owner the right with \"chmod u+w\"");
            }

            using var _ = File.Open(target, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return new Reason(EditorRefusal.FileIsReadOnly, $"{path} is read-only for this process; give its user the right to write, or mount it without \":ro\"");
        }
        catch (IOException exception)
        {
            return new Reason(EditorRefusal.FileIsNotWritable, $"{path} cannot be written: {exception.Message}");
        }
    }

    /// <summary>Writes a file beside the target, flushes it, and renames it over the target.</summary>
    /// <param name="target">The file itself, no link.</param>
    /// <param name="bytes">Its new content.</param>
    /// <returns>
    /// False, with nothing changed, when nothing may be put beside the target, when its owner cannot be given to another
    /// file, or when it is a mount of its own, which cannot be renamed over.
    /// </returns>
    /// <exception cref="IOException">The disk is full.</exception>
    public static bool TryReplace(string target, ReadOnlySpan<byte> bytes)
    {
        var folder = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}");
        try
        {
            PrivateFile.Write(temporary, bytes);
            if (!FileOwner.TryCopy(target, temporary))
            {
                return false;
            }

            File.Move(temporary, target, overwrite: true);
            DirectorySync.Flush(folder);
            return true;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException || (exception is IOException failure && !IsFull(failure)))
        {
            return false;
        }
        finally
        {
            // A folder that takes no file has none to delete.
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Writes over the file's own bytes. What was in it is put back when that fails; only a power cut can leave half of it.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static void WriteInPlace(string target, ReadOnlySpan<byte> before, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            Overwrite(file, bytes);
        }
        catch (IOException)
        {
            Overwrite(file, before);
            throw;
        }
    }

    private static void Overwrite(FileStream file, ReadOnlySpan<byte> bytes)
    {
        file.Position = 0;
        file.Write(bytes);
        file.SetLength(bytes.Length);
        file.Flush(flushToDisk: true);
    }
}
