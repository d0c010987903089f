using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration.Editing;

/// <summary>A configuration file's text at one moment.</summary>
/// <param name="Text">The text, without a byte order mark.</param>
/// <param name="Fingerprint">Tells whether the file still is what was read.</param>
public sealed record FileSnapshot(string Text, string Fingerprint);

/// <summary>Somebody else changed the file; nothing was written.</summary>
/// <param name="current">What the file says now.</param>
public sealed class ConfigurationConflictException(FileSnapshot current)
    : Exception("the file was changed since it was opened here; nothing was saved")
{
    public FileSnapshot Current { get; } = current;
}

/// <summary>
/// The file of the configuration, read whole and written whole: a crash leaves the old text or the new one. Mode and
/// owner stay, a symbolic link stays one. Where the file cannot be replaced (a single file that is mounted into a
/// container cannot), it is written in place, with a copy of the old text in the backup folder until that is done.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="backupFolder">A folder that may be made; of use only where the file cannot be replaced.</param>
public sealed class ConfigurationFile(string path, string backupFolder)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Lock _turn = new();

    public string Path { get; } = path;

    /// <summary>Differs when the file was written or replaced since: a cheap look before a <see cref="Read"/>.</summary>
    /// <exception cref="IOException">A link leads nowhere.</exception>
    public string Stamp()
    {
        var file = new FileInfo(FileReplacement.TargetOf(Path));
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}") : string.Empty;
    }

    /// <exception cref="IOException">It is not there, longer than <see cref="ConfigurationLoader.MaxFileSize"/>, or no text.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public FileSnapshot Read()
    {
        var bytes = ReadBytes();
        try
        {
            var mark = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            return new FileSnapshot(Utf8.GetString(bytes.AsSpan(mark)), Fingerprint(bytes));
        }
        catch (DecoderFallbackException)
        {
            throw new UnusableFileException(new Reason(EditorRefusal.FileIsNoText, $"{Path} is not UTF-8 text; give a YAML file"));
        }
    }

    /// <summary>Why the file cannot be written, and what to do about it; null when it can.</summary>
    public Reason? WhyReadOnly() => FileReplacement.WhyReadOnly(Path);

    /// <summary>Puts a text in the place of the one that was read.</summary>
    /// <param name="text">The new text.</param>
    /// <param name="expected">The fingerprint of what the text was made from.</param>
    /// <exception cref="ConfigurationConflictException">The file is no longer what was read.</exception>
    /// <exception cref="IOException">It could not be written; the old text is in force.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public FileSnapshot Write(string text, string expected)
    {
        lock (_turn)
        {
            var before = ReadBytes();
            if (Fingerprint(before) != expected)
            {
                throw new ConfigurationConflictException(Read());
            }

            var bytes = before.AsSpan().StartsWith(Encoding.UTF8.Preamble)
                ? [.. Encoding.UTF8.Preamble, .. Utf8.GetBytes(text)]
                : Utf8.GetBytes(text);
            var target = FileReplacement.TargetOf(Path);
            if (!FileReplacement.TryReplace(target, bytes))
            {
                WriteInPlace(target, before, bytes);
            }

            return new FileSnapshot(text, Fingerprint(bytes));
        }
    }

    private void WriteInPlace(string target, byte[] before, byte[] bytes)
    {
        PrivateFile.CreateFolder(backupFolder);
        var backup = System.IO.Path.Combine(backupFolder, "before-last-save.yml");
        PrivateFile.Write(backup, before);
        FileReplacement.WriteInPlace(target, before, bytes);
        File.Delete(backup);
    }

    private byte[] ReadBytes()
    {
        using var file = File.OpenRead(Path);
        var bytes = new byte[ConfigurationLoader.MaxFileSize + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length > ConfigurationLoader.MaxFileSize
            ? throw new UnusableFileException(new Reason(EditorRefusal.FileTooLong, $"{Path} is longer than {ConfigurationLoader.MaxFileSize / 1024} KiB; give a smaller file"))
            : bytes[..length];
    }

    private static string Fingerprint(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
