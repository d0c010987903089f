using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

public sealed class LimitsTests
{
    [Fact]
    public void Read_EveryKey_GivesEachValueItsPlace()
    {
        var configuration = ConfigurationText.Good("""
            portal:
              limits:
                manifestsize: 8MiB
                repositorylength: 100
                taglength: 50
                uploads: 20
                requestline: 4096
                headersize: 16K
                headercount: 40
                mindatarate: 1KB
                graceperiod: 1m30s
                idletimeout: 60s
                headtimeout: 5s
            """);

        Assert.Equal(
            new LimitsConfiguration
            {
                ManifestSize = 8 * 1024 * 1024,
                RepositoryLength = 100,
                TagLength = 50,
                Uploads = 20,
                RequestLine = 4096,
                HeaderSize = 16 * 1024,
                HeaderCount = 40,
                MinDataRate = 1024,
                GracePeriod = TimeSpan.FromSeconds(90),
                IdleTimeout = TimeSpan.FromMinutes(1),
                HeadTimeout = TimeSpan.FromSeconds(5),
            },
            configuration.Portal.Limits);
    }

    [Fact]
    public void Read_Nothing_GivesTheDefaults()
    {
        var limits = ConfigurationText.Good("portal: {limits: }").Portal.Limits;

        Assert.Equal(new LimitsConfiguration(), limits);
        Assert.Equal((4 * 1024 * 1024, 255, 128, 1000), (limits.ManifestSize, limits.RepositoryLength, limits.TagLength, limits.Uploads));
    }

    [Fact]
    public void Read_Variable_WinsOverTheFile()
    {
        var limits = ConfigurationText.Good(
            "portal: {limits: {uploads: 20, taglength: 9}}",
            "REGISTRY_PORTAL_LIMITS_UPLOADS=5",
            "REGISTRY_PORTAL_LIMITS_MANIFESTSIZE=1MiB").Portal.Limits;

        Assert.Equal((5, 9, 1024 * 1024), (limits.Uploads, limits.TagLength, limits.ManifestSize));
    }

    [Theory]
    [InlineData("manifestsize: 63KiB", "\"63KiB\" is not a size from 64KiB to 64MiB; write for example \"4MiB\"")]
    [InlineData("manifestsize: 65MiB", "\"65MiB\" is not a size from 64KiB to 64MiB; write for example \"4MiB\"")]
    [InlineData("manifestsize: 9999999999999", "\"9999999999999\" is not a size from 64KiB to 64MiB; write for example \"4MiB\"")]
    [InlineData("manifestsize: large", "\"large\" is not a size from 64KiB to 64MiB; write for example \"4MiB\"")]
    [InlineData("manifestsize: [1]", "is a list; write one value")]
    [InlineData("repositorylength: 256", "\"256\" is not a whole number from 1 to 255")]
    [InlineData("repositorylength: 0", "\"0\" is not a whole number from 1 to 255")]
    [InlineData("taglength: 129", "\"129\" is not a whole number from 1 to 128")]
    [InlineData("uploads: 0", "\"0\" is not a whole number from 1 up")]
    [InlineData("requestline: 100", "\"100\" is not a size from 1KiB to 256KiB; write for example \"8KiB\"")]
    [InlineData("headersize: 1M", "\"1M\" is not a size from 4KiB to 256KiB; write for example \"32KiB\"")]
    [InlineData("headercount: 5", "\"5\" is not a whole number from 20 to 1000")]
    [InlineData("mindatarate: -1", "\"-1\" is not a size from 0 to 1GiB; write for example \"128\"")]
    [InlineData("graceperiod: 0s", "\"0s\" is not a duration from 1s to 24h; write for example \"300s\"")]
    [InlineData("idletimeout: 25h", "\"25h\" is not a duration from 1s to 24h; write for example \"130s\"")]
    [InlineData("headtimeout: soon", "\"soon\" is not a duration from 1s to 24h; write for example \"30s\"")]
    public void Read_WrongValue_SaysWhereWhatAndTheRemedy(string entry, string expected)
    {
        var key = entry[..entry.IndexOf(':', StringComparison.Ordinal)];

        Assert.Equal($"config.yml:5: portal.limits.{key}: {expected}", ConfigurationText.Error($"portal: {{limits: {{{entry}}}}}"));
    }

    [Fact]
    public void Read_MistypedKey_NamesTheNearest() =>
        Assert.Equal(
            "config.yml:5: warning: portal.limits.upload: this key is unknown and has no effect; did you mean \"uploads\"?",
            ConfigurationText.Warning("portal: {limits: {upload: 5}}"));
}
