using System.Text;
using Portal.Registry.Configuration.Editing;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>
/// Adds, changes and deletes users in the <c>htpasswd</c> file. Every other line stays byte for byte, also one that lets
/// nobody in; order, comments, line ends, byte order mark, mode and owner stay too. Changes are made one after the other,
/// and one that somebody else made meanwhile is not lost.
/// </summary>
public sealed class HtpasswdEditor(HtpasswdFile file)
{
    // Somebody else would have to write the file within the same milliseconds, again and again.
    private const int MostTries = 5;

    /// <summary>The file's path, for messages.</summary>
    public string Path => file.Path;

    /// <summary>Why nothing can be changed, and what to do about it; null when it can.</summary>
    public Reason? WhyReadOnly() => FileReplacement.WhyReadOnly(file.Path);

    /// <summary>Adds a user behind all others.</summary>
    /// <param name="name">Free of what <see cref="UserNames.FindProblem"/> finds.</param>
    /// <param name="hash">bcrypt.</param>
    /// <exception cref="UserChangeException">A line names the user already, or the file cannot be written; the message says why.</exception>
    public void Add(string name, string hash) => Change(content => Find(content, name) is { Count: > 0 } lines
        ? throw (HtpasswdLine.Read(content.AsSpan(lines[0].Start, lines[0].End - lines[0].Start), out _, out _) is { } problem
            ? new UserChangeException(UserRefusal.NamedInBadLine, $"the file names \"{name}\" already, in a line that lets nobody in: it {problem}")
            : new UserChangeException(UserRefusal.UserIsThere, $"there is a user \"{name}\" already"))
        : Append(content, $"{name}:{hash}"));

    /// <summary>Gives a user another password. The user's first line is written anew; further ones, which never counted, go.</summary>
    /// <exception cref="UserChangeException">No line names the user, or the file cannot be written.</exception>
    public void SetHash(string name, string hash) => Change(content => Find(content, name) is { Count: > 0 } lines
        ? Replace(content, lines, Encoding.UTF8.GetBytes($"{name}:{hash}"))
        : throw new UserChangeException(UserRefusal.NotInFile, $"{file.Path} has no user \"{name}\" any more"));

    /// <summary>Removes every line of a user.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="UserChangeException">The file cannot be written.</exception>
    public bool Delete(string name)
    {
        var isThere = false;
        Change(content =>
        {
            var lines = Find(content, name);
            isThere = lines.Count > 0;
            return isThere ? Replace(content, lines, null) : content;
        });
        return isThere;
    }

    /// <summary>Where the lines are that name a user, whatever stands behind the name.</summary>
    private static List<(int Start, int End, int Next)> Find(byte[] content, string name)
    {
        var wanted = Encoding.UTF8.GetBytes(name);
        var lines = new List<(int, int, int)>();
        for (var start = MarkLength(content); start < content.Length;)
        {
            var (end, next) = HtpasswdLine.EndOf(content, start);
            if (HtpasswdLine.NameIn(content.AsSpan(start, end - start)).SequenceEqual(wanted))
            {
                lines.Add((start, end, next));
            }

            start = next;
        }

        return lines;
    }

    /// <param name="text">What stands in the first one's place; null for nothing.</param>
    private static byte[] Replace(byte[] content, List<(int Start, int End, int Next)> lines, byte[]? text)
    {
        using var result = new MemoryStream(content.Length + 128);
        var at = 0;
        foreach (var (start, end, next) in lines)
        {
            result.Write(content.AsSpan(at, start - at));
            if (text is not null)
            {
                result.Write(text);
                result.Write(content.AsSpan(end, next - end));
                text = null;
            }

            at = next;
        }

        result.Write(content.AsSpan(at));
        return result.ToArray();
    }

    private static byte[] Append(byte[] content, string line)
    {
        var mark = MarkLength(content);
        var (end, next) = HtpasswdLine.EndOf(content, mark);
        var lineEnd = next > end ? content[end..next] : "\n"u8.ToArray();
        var isEnded = content.Length == mark || content[^1] is (byte)'\n' or (byte)'\r';
        return [.. content, .. isEnded ? [] : lineEnd, .. Encoding.UTF8.GetBytes(line), .. lineEnd];
    }

    private static int MarkLength(byte[] content) => content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;

    private void Change(Func<byte[], byte[]> edit) => file.Change(path =>
    {
        try
        {
            if (FileReplacement.WhyReadOnly(path) is { } why)
            {
                throw new UserChangeException(why);
            }

            for (var tries = 1; !TryChange(path, edit); tries++)
            {
                if (tries == MostTries)
                {
                    throw new UserChangeException(UserRefusal.FileIsBusy, $"{path} is being changed by another program; try again");
                }
            }
        }
        catch (IOException exception)
        {
            throw FileReplacement.IsFull(exception)
                ? new UserChangeException(UserRefusal.DiskIsFull, $"{path} stays as it is: the disk is full; make room and try again", exception)
                : new UserChangeException(UserRefusal.FileNotChanged, $"{path} could not be changed: {exception.Message}", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UserChangeException(UserRefusal.FileIsReadOnly, $"{path} is read-only for this process; give its user the right to write", exception);
        }
    });

    /// <returns>False, with nothing written, when the file changed while it was edited.</returns>
    private static bool TryChange(string path, Func<byte[], byte[]> edit)
    {
        var before = Read(path);
        var after = edit(before);
        if (after.AsSpan().SequenceEqual(before))
        {
            return true;
        }

        if (after.Length > HtpasswdFile.MaxSize)
        {
            throw new UserChangeException(UserRefusal.FileTooLong, $"{path} would be longer than the {HtpasswdFile.MaxSize} bytes that are read");
        }

        if (!Read(path).AsSpan().SequenceEqual(before))
        {
            return false;
        }

        var target = FileReplacement.TargetOf(path);
        if (!FileReplacement.TryReplace(target, after))
        {
            FileReplacement.WriteInPlace(target, before, after);
        }

        return true;
    }

    private static byte[] Read(string path)
    {
        var content = File.ReadAllBytes(path);
        return content is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || content.Length > HtpasswdFile.MaxSize
            ? throw new UserChangeException(UserRefusal.FileIsNoText, $"{path} cannot be changed here: it is no UTF-8 text, or longer than the {HtpasswdFile.MaxSize} bytes that are read")
            : content;
    }
}
