namespace Portal.Registry.Configuration.Keys;

/// <summary>What somebody who misspelled a name probably meant.</summary>
internal static class NearestName
{
    /// <returns>Null when none is near.</returns>
    public static string? Among(IEnumerable<string> names, string name)
    {
        var nearest = names.Select(known => (Name: known, Distance: Distance(known, name)))
            .OrderBy(known => known.Distance).ThenBy(known => known.Name, StringComparer.Ordinal).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(1, name.Length / 3) ? nearest.Name : null;
    }

    /// <summary>Letters to add, drop or change (Levenshtein), without case.</summary>
    private static int Distance(string known, string name)
    {
        var row = Enumerable.Range(0, known.Length + 1).ToArray();
        for (var i = 1; i <= name.Length; i++)
        {
            (var diagonal, row[0]) = (row[0], i);
            for (var j = 1; j <= known.Length; j++)
            {
                var change = diagonal + (char.ToLowerInvariant(name[i - 1]) == char.ToLowerInvariant(known[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[known.Length];
    }
}
