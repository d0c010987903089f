using System.Globalization;
using Portal.Storage.Layers;
using Portal.Web.Words;

namespace Portal.Web.Components.Files;

/// <summary>Words for what an archive says of a file.</summary>
public static class FileText
{
    /// <summary>As <c>ls -l</c> writes it: <c>drwxr-xr-x</c>.</summary>
    public static string Mode(LayerEntry entry)
    {
        Span<char> text = stackalloc char[10];
        text[0] = entry.Kind switch
        {
            EntryKind.Folder => 'd',
            EntryKind.SymbolicLink => 'l',
            EntryKind.CharacterDevice => 'c',
            EntryKind.BlockDevice => 'b',
            EntryKind.Pipe => 'p',
            _ => '-',
        };
        for (var i = 0; i < 9; i++)
        {
            text[i + 1] = (entry.Mode & (0x100 >> i)) != 0 ? "rwx"[i % 3] : '-';
        }

        Special(text, 3, entry.Mode, 0x800, 's');
        Special(text, 6, entry.Mode, 0x400, 's');
        Special(text, 9, entry.Mode, 0x200, 't');
        return new string(text);
    }

    /// <summary>Names where the archive has them, else numbers.</summary>
    public static string Owner(LayerEntry entry) => $"{Name(entry.User, entry.UserId)}:{Name(entry.Group, entry.GroupId)}";

    public static string KindOf(LayerEntry entry) => entry.Kind switch
    {
        EntryKind.File => entry.Traits.HasFlag(EntryTraits.Sparse) ? FilesWords.KindSparse : FilesWords.KindFile,
        EntryKind.Folder => FilesWords.KindFolder,
        EntryKind.SymbolicLink => FilesWords.KindLink,
        EntryKind.HardLink => FilesWords.KindHardLink,
        EntryKind.CharacterDevice => FilesWords.KindCharacterDevice,
        EntryKind.BlockDevice => FilesWords.KindBlockDevice,
        EntryKind.Pipe => FilesWords.KindPipe,
        _ => FilesWords.KindUnknown,
    };

    /// <summary>The name of a mark; null for none.</summary>
    public static string? MarkOf(FileMark mark) => mark switch
    {
        FileMark.Added => FilesWords.MarkAdded,
        FileMark.Changed => FilesWords.MarkChanged,
        FileMark.Removed => FilesWords.MarkRemoved,
        _ => null,
    };

    /// <summary>The class of the element that shows a mark.</summary>
    public static string StyleOf(FileMark mark) => mark.ToString().ToLowerInvariant();

    /// <summary>The beginning of a file's bytes, 16 a line, with what is text in them.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes)
    {
        var lines = new System.Text.StringBuilder();
        for (var start = 0; start < bytes.Length; start += 16)
        {
            var line = bytes[start..Math.Min(start + 16, bytes.Length)];
            var hex = string.Join(' ', Convert.ToHexStringLower(line).Chunk(2).Select(pair => new string(pair)));
            lines.Append(CultureInfo.InvariantCulture, $"{start:x8}  {hex,-47}  ");
            foreach (var value in line)
            {
                lines.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
            }

            lines.Append('\n');
        }

        return lines.ToString();
    }

    private static void Special(Span<char> text, int place, int mode, int bit, char letter)
    {
        if ((mode & bit) != 0)
        {
            text[place] = text[place] == 'x' ? letter : char.ToUpperInvariant(letter);
        }
    }

    private static string Name(string name, long id) =>
        name.Length > 0 ? FilePath.Show(name) : id.ToString(CultureInfo.InvariantCulture);
}
