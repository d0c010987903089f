using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Portal.Web.Components.Settings;

/// <summary>A line of two texts side by side; null where one of them has none.</summary>
/// <param name="OldNumber">Its number on the left.</param>
/// <param name="Old">The line on the left.</param>
/// <param name="NewNumber">Its number on the right.</param>
/// <param name="New">The line on the right.</param>
public sealed record DiffRow(int? OldNumber, string? Old, int? NewNumber, string? New)
{
    public bool IsChanged => Old != New;

    /// <summary>Lines that are the same on both sides and not shown.</summary>
    public int Skipped { get; init; }
}

/// <summary>What differs between two texts, with a few lines around it.</summary>
public static class DiffRows
{
    private const int Context = 3;

    /// <summary>Empty when nothing differs.</summary>
    public static IReadOnlyList<DiffRow> Between(string before, string after)
    {
        var diff = SideBySideDiffBuilder.Diff(before, after, ignoreWhiteSpace: false);
        var rows = diff.OldText.Lines.Zip(diff.NewText.Lines, (old, now) =>
            new DiffRow(old.Position, TextOf(old), now.Position, TextOf(now))).ToList();
        return Shorten(rows);
    }

    private static string? TextOf(DiffPiece piece) => piece.Type is ChangeType.Imaginary ? null : piece.Text ?? "";

    private static List<DiffRow> Shorten(List<DiffRow> rows)
    {
        var isShown = new bool[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].IsChanged)
            {
                Array.Fill(isShown, true, Math.Max(0, i - Context), Math.Min(rows.Count - 1, i + Context) - Math.Max(0, i - Context) + 1);
            }
        }

        var shown = new List<DiffRow>();
        if (!isShown.Contains(true))
        {
            return shown;
        }

        for (var i = 0; i < rows.Count; i++)
        {
            if (isShown[i])
            {
                shown.Add(rows[i]);
            }
            else if (shown.Count > 0 && shown[^1].Skipped > 0)
            {
                shown[^1] = shown[^1] with { Skipped = shown[^1].Skipped + 1 };
            }
            else
            {
                shown.Add(new DiffRow(null, null, null, null) { Skipped = 1 });
            }
        }

        return shown;
    }
}
