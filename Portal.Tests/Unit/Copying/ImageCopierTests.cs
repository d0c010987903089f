using System.Net;
using Portal.Registry;
using Portal.Registry.Copying;
using Portal.Registry.Events;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Copying;

/// <summary>Images get another tag or repository by mounts, in the running application.</summary>
public sealed class ImageCopierTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly RequestActor Actor = RepositoryActors.Of(RepositoryActors.Local);

    private ImageCopier Copier => portal.Get<ImageCopier>();

    [Fact]
    public async Task Copy_Index_BringsItsImagesAndLayers_WithTheEventsOfAClient()
    {
        var amd = await portal.Client.PushImageAsync("copy/index", "amd", "amd");
        var arm = await portal.Client.PushImageAsync("copy/index", "arm", "arm");
        using var put = await portal.Client.PutManifestAsync("copy/index", "1.0", ImageBuilder.Index((amd, "amd64"), (arm, "arm64")), MediaTypes.OciIndex);
        using var events = portal.Get<EventStream>().Subscribe(happened => happened.Repository.ToString() == "copy/target", 100);
        var progress = new List<CopyProgress>();

        await Copier.CopyAsync(Request("copy/index", "1.0", "copy/target", "2.0"), Actor, new Told(progress), CancellationToken.None);

        Assert.Equal(["2.0"], await portal.Client.TagsAsync("copy/target"));
        await RequirePullableAsync("copy/target", amd.ToString());
        await RequirePullableAsync("copy/target", "2.0");
        Assert.Equal((3, 3), (progress[^1].Done, progress[^1].Total));
        var happened = new List<RegistryEvent>();
        while (events.Events.TryRead(out var one))
        {
            happened.Add(one);
        }

        Assert.Equal(4, happened.Count(one => one.Action is EventAction.Mount && one.FromRepository.ToString() == "copy/index"));
        Assert.Equal(3, happened.Count(one => one.Action is EventAction.Push));
        Assert.Equal("2.0", happened.Last(one => one.Action is EventAction.Push).Tag.ToString());
    }

    [Fact]
    public async Task Copy_WithinARepository_MovesTheTagAlone()
    {
        var digest = await portal.Client.PushImageAsync("copy/retag", "1.0");

        await Copier.CopyAsync(Request("copy/retag", "1.0", "copy/retag", "stable"), Actor, null, CancellationToken.None);

        Assert.Equal(["1.0", "stable"], await portal.Client.TagsAsync("copy/retag"));
        using var pulled = await portal.Client.GetAsync("/v2/copy/retag/manifests/stable");
        Assert.Equal(digest.ToString(), Assert.Single(pulled.Headers.GetValues("Docker-Content-Digest")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_Referrers_GoAlongWhenTheyAreWanted(bool wanted)
    {
        var source = $"copy/signed-{wanted}".ToLowerInvariant();
        var image = await portal.Client.PushImageAsync(source, "1.0", $"{wanted}");
        var signature = await portal.Client.PushImageAsync(source, "sig", $"signature {wanted}", subject: image.ToString(), artifactType: "application/vnd.example.signature");
        await portal.Client.PushImageAsync(source, $"sha256-{image.Hex}.sig", $"cosign {wanted}");

        await Copier.CopyAsync(Request(source, "1.0", $"{source}-copy", "1.0") with { WithReferrers = wanted }, Actor, null, CancellationToken.None);

        using var referrers = await portal.Client.GetAsync($"/v2/{source}-copy/referrers/{image}");
        var text = await referrers.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(wanted, text.Contains(signature.ToString(), StringComparison.Ordinal));
        Assert.Equal(wanted ? ["1.0", $"sha256-{image.Hex}.sig"] : ["1.0"], await portal.Client.TagsAsync($"{source}-copy"));
    }

    [Fact]
    public async Task Copy_SignatureWithSubjectAndTag_KeepsItsTag()
    {
        var image = await portal.Client.PushImageAsync("copy/both", "1.0", "both");
        await portal.Client.PushImageAsync("copy/both", $"sha256-{image.Hex}.sig", "signature of both", subject: image.ToString(), artifactType: "application/vnd.example.signature");

        await Copier.CopyAsync(Request("copy/both", "1.0", "copy/both-copy", "1.0") with { WithReferrers = true }, Actor, null, CancellationToken.None);

        Assert.Equal(["1.0", $"sha256-{image.Hex}.sig"], await portal.Client.TagsAsync("copy/both-copy"));
    }

    [Fact]
    public async Task Copy_OntoATagThatMoved_ChangesNothing()
    {
        await portal.Client.PushImageAsync("copy/moved", "1.0", "a");
        var there = await portal.Client.PushImageAsync("copy/moved-target", "1.0", "b");

        await Assert.ThrowsAsync<TagMovedException>(() => Copier.CopyAsync(
            Request("copy/moved", "1.0", "copy/moved-target", "1.0") with { Expected = ExpectedTag.None }, Actor, null, CancellationToken.None));

        Assert.Equal(there, (await Copier.FindTargetAsync(RepositoryActors.Local, RepositoryName.Parse("copy/moved-target"), Tag.Parse("1.0"), CancellationToken.None))?.Digest);
    }

    [Fact]
    public async Task Copy_WhatIsNotThere_IsUnknown()
    {
        var refusal = await Assert.ThrowsAsync<OciException>(() => Copier.CopyAsync(
            Request("copy/none", "1.0", "copy/none-target", "1.0"), Actor, null, CancellationToken.None));

        Assert.Equal(ErrorCode.ManifestUnknown, refusal.Code);
    }

    [Fact]
    public async Task Copy_Cancelled_LeavesNoTag()
    {
        var image = await portal.Client.PushImageAsync("copy/cancelled", "amd", "cancelled");
        using var put = await portal.Client.PutManifestAsync("copy/cancelled", "1.0", ImageBuilder.Index((image, "amd64")), MediaTypes.OciIndex);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Copier.CopyAsync(
            Request("copy/cancelled", "1.0", "copy/cancelled-target", "1.0"), Actor, new Stopping(stop), stop.Token));

        using var tag = await portal.Client.GetAsync("/v2/copy/cancelled-target/manifests/1.0");
        Assert.Equal(HttpStatusCode.NotFound, tag.StatusCode);
    }

    [Fact]
    public async Task Copy_ByWhoMayOnlyPull_IsDenied()
    {
        await portal.Client.PushImageAsync("copy/denied", "1.0");

        var refusal = await Assert.ThrowsAsync<OciException>(() => Copier.CopyAsync(
            Request("copy/denied", "1.0", "copy/denied-target", "1.0"), RepositoryActors.Of(RepositoryActors.Guest), null, CancellationToken.None));

        Assert.Equal(ErrorCode.Denied, refusal.Code);
    }

    private async Task RequirePullableAsync(string name, string reference)
    {
        using var manifest = await portal.Client.GetAsync($"/v2/{name}/manifests/{reference}");
        Assert.Equal(HttpStatusCode.OK, manifest.StatusCode);
        var parsed = Manifest.Parse(await manifest.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), null);
        foreach (var content in parsed.References)
        {
            using var part = await portal.Client.GetAsync($"/v2/{name}/{(parsed.Index is null ? "blobs" : "manifests")}/{content.Digest}");
            Assert.Equal(HttpStatusCode.OK, part.StatusCode);
        }
    }

    private static CopyRequest Request(string from, string reference, string to, string tag) => new()
    {
        From = RepositoryName.Parse(from),
        Reference = Reference.Parse(reference),
        To = RepositoryName.Parse(to),
        Tag = Tag.Parse(tag),
    };

    private sealed class Told(List<CopyProgress> steps) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => steps.Add(value);
    }

    /// <summary>Cancels after the first manifest.</summary>
    private sealed class Stopping(CancellationTokenSource stop) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value)
        {
            if (value.Done == 1)
            {
                stop.Cancel();
            }
        }
    }
}
