namespace Portal.Registry.Inspection;

/// <summary>An image of an index that one may choose.</summary>
/// <param name="Key">What addresses call it: its platform, or its digest where that says more.</param>
/// <param name="Name">What people call it; null where neither a platform nor a type is said.</param>
public sealed record PlatformChoice(string Key, string? Name, IndexEntry Entry)
{
    private const string Likely = "linux/amd64";

    /// <summary>The images of an index in its order, without what only tells of others.</summary>
    public static IReadOnlyList<PlatformChoice> Of(ImageInspection index)
    {
        var images = index.Entries.Where(entry => !entry.IsAttestation).ToList();
        var often = images.CountBy(entry => entry.PlatformText ?? string.Empty).ToDictionary();
        return [.. images.Select(entry => Of(entry, often[entry.PlatformText ?? string.Empty] == 1))];
    }

    /// <param name="wanted">A key, or the beginning of one (<c>linux/arm64</c> for <c>linux/arm64/v8</c>); null for what is likely wanted.</param>
    /// <returns>Null when there is none like it, or none at all.</returns>
    public static PlatformChoice? Choose(IReadOnlyList<PlatformChoice> choices, string? wanted)
    {
        if (string.IsNullOrEmpty(wanted))
        {
            var there = choices.Where(choice => choice.Entry.Manifest is not null).ToList();
            var pool = there.Count > 0 ? there : choices;
            return pool.FirstOrDefault(choice => choice.Entry.PlatformText == Likely) ?? (pool.Count > 0 ? pool[0] : null);
        }

        return choices.FirstOrDefault(choice => choice.Key == wanted || choice.Entry.Descriptor.Digest.ToString() == wanted)
            ?? choices.FirstOrDefault(choice => choice.Entry.PlatformText is { } text && (text == wanted || text.StartsWith($"{wanted}/", StringComparison.Ordinal)));
    }

    private static PlatformChoice Of(IndexEntry entry, bool isOnly)
    {
        var digest = entry.Descriptor.Digest;
        if (entry.PlatformText is not { } text)
        {
            return new PlatformChoice(digest.ToString(), entry.Descriptor.ArtifactType is { } type ? $"{type} {digest.Hex[..8]}" : null, entry);
        }

        return isOnly
            ? new PlatformChoice(text, text, entry)
            : new PlatformChoice(digest.ToString(), $"{text} {entry.Descriptor.Platform?.OsVersion ?? digest.Hex[..8].ToString()}", entry);
    }
}
