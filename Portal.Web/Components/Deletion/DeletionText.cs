using Portal.Registry.Deletion;
using Portal.Storage.Metadata;
using Portal.Web.Components.Controls;
using Portal.Web.Words;

namespace Portal.Web.Components.Deletion;

/// <summary>What a deletion means for the disk, in words: no size that is not true.</summary>
internal static class DeletionText
{
    /// <summary>Whole sentences, one after the other.</summary>
    public static string Freed(DeletionPlan plan)
    {
        var fate = plan.Fate;
        var text = plan.Scope switch
        {
            DeletionScope.Tags when fate.Manifests == 0 => DeletionWords.FreedNothingLed,
            DeletionScope.Tags => DeletionWords.FreedLater.With(fate.Manifests, ByteSize.Format(fate.Freed)),
            _ when fate is { Freed: 0, Shared: 0 } => DeletionWords.FreedNothingListed,
            _ => DeletionWords.FreedByCollection.With(ByteSize.Format(fate.Freed)),
        };
        string?[] sentences = [text, Shared(fate), plan.IsCurrent ? null : DeletionWords.MayBeMore];
        return string.Join(' ', sentences.Where(sentence => sentence is not null));
    }

    private static string? Shared(ContentFate fate)
    {
        var size = ByteSize.Format(fate.Shared);
        return (fate.Shared, fate.SharersHere, fate.SharersElsewhere) switch
        {
            (0, _, _) => null,
            (_, 0, 0) => DeletionWords.SharedElsewhereUnknown.With(size),
            (_, var here, 0) => DeletionWords.SharedHere.With(size, here),
            (_, 0, var elsewhere) => DeletionWords.SharedElsewhere.With(size, elsewhere),
            var (_, here, elsewhere) => DeletionWords.SharedBoth.With(size, here, elsewhere),
        };
    }
}
