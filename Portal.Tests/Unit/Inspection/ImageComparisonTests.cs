using System.Text;
using Portal.Registry.Inspection;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Inspection;

public sealed class ImageComparisonTests
{
    [Fact]
    public void Of_TwoImages_TellsSettingsVariablesLabelsAndLayers()
    {
        var before = Image(10, new ImageRuntimeConfig { User = "root", Entrypoint = ["run"], Env = ["A=1", "B=2"], Labels = new Dictionary<string, string> { ["l"] = "1" } }, 1, 2);
        var after = Image(30, new ImageRuntimeConfig { User = "app", Entrypoint = ["run"], Env = ["A=1", "B=3", "C=x=y"] }, 2, 3);

        var comparison = ImageComparison.Of(before, after);

        Assert.Equal([new SettingDifference(ImageSetting.User, "root", "app")], comparison.Settings);
        Assert.Equal([new Difference("B", "2", "3"), new Difference("C", null, "x=y")], comparison.Environment);
        Assert.Equal([Change.Removed], comparison.Labels.Select(label => label.Change));
        Assert.Equal([1], comparison.OnlyBefore.Select(layer => layer.Size));
        Assert.Equal([3], comparison.OnlyAfter.Select(layer => layer.Size));
        Assert.Equal([2], comparison.Shared.Select(layer => layer.Size));
        Assert.Equal(20, comparison.SizeDifference);
    }

    [Fact]
    public void Of_TheSame_IsEmpty()
    {
        Assert.True(ImageComparison.Of(Image(1, null, 1), Image(1, null, 1)).IsEmpty);
    }

    [Theory]
    [InlineData("team/app:1.0", "team/app:1.0")]
    [InlineData("team/app", "team/app:latest")]
    [InlineData("docker://hub.example:5000/team/app:1.0", "team/app:1.0")]
    [InlineData("HUB.example:5000/team/app", "team/app:latest")]
    [InlineData(" app:1 ", "app:1")]
    [InlineData("app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("app:1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("other.example:5000/app", null)]
    [InlineData("app@sha256:short", null)]
    [InlineData("App:1", null)]
    [InlineData("app:", null)]
    [InlineData("<script>", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Reference_AsPeopleWriteIt_IsRead(string? text, string? expected)
    {
        Assert.Equal(expected, ImageReference.TryParse(text, "hub.example:5000", out var reference) ? reference.ToString() : null);
    }

    [Theory]
    [InlineData(null, "linux/amd64")]
    [InlineData("linux/arm64", "linux/arm64/v8")]
    [InlineData("linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/s390x", null)]
    public void Platform_Wanted_IsChosen(string? wanted, string? expected)
    {
        var index = Index("linux/arm64/v8", "linux/amd64", "unknown/unknown");

        Assert.Equal(expected, PlatformChoice.Choose(PlatformChoice.Of(index), wanted)?.Key);
    }

    [Fact]
    public void Platform_Twice_IsKnownByDigest()
    {
        var index = Index("windows/amd64", "windows/amd64", "linux/amd64");

        var choices = PlatformChoice.Of(index);

        Assert.Equal(index.Entries.Take(2).Select(entry => entry.Descriptor.Digest.ToString()), choices.Take(2).Select(choice => choice.Key));
        Assert.Equal(choices[1], PlatformChoice.Choose(choices, choices[1].Key));
    }

    private static ImageInspection Index(params string[] platforms) => new()
    {
        Name = RepositoryName.Parse("app"),
        Manifest = Manifest.Parse("""{"schemaVersion":2,"manifests":[]}"""u8.ToArray(), MediaTypes.OciIndex),
        Kind = ManifestKind.Index,
        Size = 0,
        Entries = [.. platforms.Select((platform, place) => new IndexEntry(
            new Descriptor
            {
                MediaType = MediaTypes.OciManifest,
                Digest = Digest.Of(BitConverter.GetBytes(place)),
                Size = 1,
                Platform = platform.Split('/') is [var os, var architecture, ..] parts
                    ? new Platform { Os = os, Architecture = architecture, Variant = parts.ElementAtOrDefault(2) }
                    : null,
            },
            null,
            1))],
    };

    private static ImageInspection Image(long size, ImageRuntimeConfig? run, params int[] layers) => new()
    {
        Name = RepositoryName.Parse("app"),
        Manifest = Manifest.Parse(Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"config":{"mediaType":"x","digest":"{{Digest.Of("c"u8)}}","size":1},"layers":[]}"""), MediaTypes.OciManifest),
        Kind = ManifestKind.Image,
        Size = size,
        Config = new ImageConfig { Os = "linux", Config = run },
        Layers = [.. layers.Select(layer => new Descriptor { MediaType = "x", Digest = Digest.Of(BitConverter.GetBytes(layer)), Size = layer })],
    };
}
