using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

/// <summary>An index with one repository of each sort that filters tell apart.</summary>
internal static class MixedCatalog
{
    private const string Arm = """{"os":"linux","architecture":"arm64"}""";
    private const string Signature = "application/vnd.cncf.notary.signature";

    public static async Task<CatalogWorld> CreateAsync()
    {
        var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("team/arm", "1", [100], Arm);
        await world.PutImageAsync("team/tools/big", "1", [90_000]);
        await world.PutImageAsync("team/untagged", null, [100]);
        var child = await world.PutImageAsync("team/index", null, [100]);
        await world.PutIndexAsync("team/index", "1", (child, "linux", "amd64"));
        await world.PutArtifactAsync("charts/app", "1", "application/vnd.cncf.helm.config.v1+json");
        var notary = await world.PutImageAsync("team/notary", "1", [100]);
        await world.PutArtifactAsync("team/notary", null, MediaTypes.OciEmpty, Signature, notary.Digest);
        var cosign = await world.PutImageAsync("team/cosign", "1", [100]);
        await world.PutArtifactAsync("team/cosign", $"sha256-{cosign.Digest.Hex}.sig", Signature);
        world.Time.Advance(TimeSpan.FromDays(1));
        await world.PutImageAsync("team/late", "1", [100]);
        await world.ReconcileAsync();
        return world;
    }

    /// <summary>A level of the tree as one text: namespaces with their repositories, repositories with their tags.</summary>
    public static string Join(CatalogLevel level)
    {
        return string.Join('|', level.Namespaces.Select(row => $"{row.Path} {row.RepositoryCount}")
            .Concat(level.Repositories.Select(row => $"{row.Name} {row.TagCount}")));
    }
}
