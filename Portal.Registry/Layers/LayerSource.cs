using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Layers;

/// <summary>A layer, and the way to its bytes.</summary>
/// <param name="Problem">Why it is not read, as a sentence for people; null when it is.</param>
/// <param name="OpenAsync">Called when there is no list of it yet.</param>
/// <param name="Tell">Called now and then with the bytes that were read of it; null for nobody.</param>
internal sealed record LayerSource(
    Digest Digest, Reason? Problem, Func<CancellationToken, Task<LayerArchive>> OpenAsync, Action<long>? Tell);
