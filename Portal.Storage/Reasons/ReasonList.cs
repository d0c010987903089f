namespace Portal.Storage.Reasons;

/// <summary>Several reasons as one.</summary>
public static class ReasonList
{
    /// <returns>Null for none.</returns>
    public static Reason? WithCommas(IReadOnlyList<Reason> reasons) =>
        Join(reasons, 0, reasons.Count, (before, next) => new Reason(ListNote.WithCommas, $"{before}, {next}"));

    /// <returns>Null for none.</returns>
    public static Reason? WithSemicolons(IReadOnlyList<Reason> reasons) =>
        Join(reasons, 0, reasons.Count, (before, next) => new Reason(ListNote.WithSemicolons, $"{before}; {next}"));

    /// <summary>In halves: a reason is kept once more in each one that it is a part of, and these are few then.</summary>
    private static Reason? Join(IReadOnlyList<Reason> reasons, int start, int count, Func<Reason, Reason, Reason> join) => count switch
    {
        0 => null,
        1 => reasons[start],
        _ => join(Join(reasons, start, count / 2, join)!, Join(reasons, start + (count / 2), count - (count / 2), join)!),
    };
}
