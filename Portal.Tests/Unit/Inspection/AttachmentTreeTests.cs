using System.Text;
using Portal.Registry.Auth;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Inspection;

public sealed class AttachmentTreeTests : IDisposable
{
    private static readonly Digest Subject = Digest.Of("the image"u8);

    private readonly AttachmentWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task List_ReferrersTagsAndAttestations_AreOneTree()
    {
        var sbom = await _world.AttachAsync(Subject, "application/spdx+json", "application/spdx+json", "{}"u8.ToArray());
        await _world.AttachAsync(sbom.Manifest.Digest, null, AttachedPart.SimpleSigning, "{ }"u8.ToArray());
        await _world.AttachAsync(null, null, AttachedPart.SimpleSigning, "{  }"u8.ToArray(), tag: $"sha256-{Subject.Hex}.sig");
        var attestation = await _world.AttachAsync(null, null, "application/vnd.in-toto+json", "{   }"u8.ToArray());

        var tree = await ListAsync(Subject, attestation.Manifest.Digest);

        Assert.Equal([AttachmentKind.Sbom, AttachmentKind.Signature, AttachmentKind.Statement], tree.Select(node => node.Parts[0].Kind));
        Assert.Equal([false, true, false], tree.Select(node => node.Tag is not null));
        Assert.Equal(AttachmentKind.Signature, Assert.Single(tree[0].Attached).Parts[0].Kind);
    }

    [Fact]
    public void Parts_OneDocumentSeveralTimes_AreThoseOfDifferentSigners()
    {
        var layer = $$"""{"mediaType":"{{AttachedPart.SimpleSigning}}","digest":"{{Subject}}","size":1""";
        var manifest = Manifest.Parse(Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}",
             "config":{"mediaType":"{{MediaTypes.OciEmpty}}","digest":"{{Digest.Of("{}"u8)}}","size":2},
             "layers":[{{layer}}},{{layer}}},
              {{layer}},"annotations":{"dev.cosignproject.cosign/signature":"MEUA"} },
              {{layer}},"annotations":{"dev.cosignproject.cosign/signature":"MEUB"} },
              {{layer}},"annotations":{"dev.cosignproject.cosign/signature":"MEUB"} }]}
            """), null);

        Assert.Equal(3, AttachedPart.Of(manifest).Count);
    }

    [Fact]
    public async Task List_TagsThatGoInACircle_EndsAtWhatWasSeen()
    {
        var first = await _world.AttachAsync(null, null, AttachedPart.SimpleSigning, "1"u8.ToArray(), tag: $"sha256-{Subject.Hex}.sig");
        var second = await _world.AttachAsync(null, null, AttachedPart.SimpleSigning, "2"u8.ToArray(), tag: $"sha256-{first.Manifest.Digest.Hex}.sig");
        await _world.Registry.Tags.SetAsync(
            AttachmentWorld.Name, Tag.Parse($"sha256-{second.Manifest.Digest.Hex}.sig"), first.Manifest.Digest, CancellationToken.None);

        var tree = await ListAsync(Subject);

        Assert.Empty(Assert.Single(Assert.Single(tree).Attached).Attached);
    }

    [Fact]
    public async Task List_DeepChain_StopsAndSaysThatThereIsMore()
    {
        var above = Subject;
        for (var depth = 0; depth < 8; depth++)
        {
            above = (await _world.AttachAsync(above, null, AttachedPart.SimpleSigning, [(byte)depth])).Manifest.Digest;
        }

        var node = Assert.Single(await ListAsync(Subject));
        var count = 1;
        for (; node.Attached.Count > 0; node = node.Attached[0])
        {
            count++;
        }

        Assert.Equal(4, count);
        Assert.True(node.HasMore);
    }

    [Fact]
    public async Task List_VeryMany_StopsAtTheBound()
    {
        for (var i = 0; i < AttachmentTree.MaxNodes + 20; i++)
        {
            await _world.AttachAsync(Subject, null, AttachedPart.SimpleSigning, BitConverter.GetBytes(i));
        }

        var found = await _world.Tree.ListAsync(Identity.Everyone, AttachmentWorld.Name, Subject, [], CancellationToken.None);

        Assert.Equal((AttachmentTree.MaxNodes, true), (found.Attached.Count, found.HasMore));
    }

    [Fact]
    public async Task List_ByWhoMayNotPull_IsNothing()
    {
        await _world.AttachAsync(Subject, null, AttachedPart.SimpleSigning, "{}"u8.ToArray());

        Assert.Empty((await _world.Tree.ListAsync(Identity.Anonymous, AttachmentWorld.Name, Subject, [], CancellationToken.None)).Attached);
    }

    private async Task<IReadOnlyList<Attachment>> ListAsync(Digest subject, params Digest[] more) =>
        (await _world.Tree.ListAsync(Identity.Everyone, AttachmentWorld.Name, subject, more, CancellationToken.None)).Attached;
}
