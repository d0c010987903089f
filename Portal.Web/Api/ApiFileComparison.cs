using Portal.Registry.Inspection;
using Portal.Storage.Layers;

namespace Portal.Web.Api;

/// <summary>Files that two images do not have in common, a part at a time, and the sums of all of them.</summary>
internal sealed record ApiFileComparison
{
    /// <summary>The rows, in the order of their paths.</summary>
    public required IReadOnlyList<ApiFileDifference> Items { get; init; }

    /// <summary>How many rows there are in all.</summary>
    public required long Total { get; init; }

    /// <summary>The value of the parameter next that asks for what follows; null at the end.</summary>
    public string? Next { get; init; }

    /// <summary>Files of the second alone, whatever was searched.</summary>
    public required long Added { get; init; }

    /// <summary>Files of the first alone.</summary>
    public required long Removed { get; init; }

    /// <summary>Files that differ.</summary>
    public required long Changed { get; init; }

    /// <summary>Bytes that files have in the second, of those that are added or differ.</summary>
    public required long BytesAdded { get; init; }

    /// <summary>Bytes that files have in the first, of those that are removed or differ.</summary>
    public required long BytesRemoved { get; init; }

    /// <summary>Why files may be missing, as sentences.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>A file that two images do not have in common.</summary>
internal sealed record ApiFileDifference
{
    /// <summary>Where it is, written as in lists of files.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the second has it in addition, not any more, or another one.</summary>
    public required Change Change { get; init; }

    /// <summary>Its bytes in the first; null when it is not there.</summary>
    public long? Before { get; init; }

    /// <summary>Its bytes in the second; null when it is not there.</summary>
    public long? After { get; init; }

    /// <summary>What differs.</summary>
    public required FileAspect What { get; init; }

    /// <summary>What it is in the second, or was in the first where it is not in the second.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>What it was before it became something else; of others the same as the kind.</summary>
    public required EntryKind FormerKind { get; init; }

    internal static ApiFileDifference Of(FileDifference difference) => new()
    {
        Path = FilePath.Write(difference.Path),
        Change = difference.Change,
        Before = difference.Before,
        After = difference.After,
        What = difference.What,
        Kind = difference.Kind,
        FormerKind = difference.FormerKind,
    };
}
