using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;

namespace Portal.Tests.Unit.Configuration;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("portal-configuration-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Load_NoFile_IsTheDefault()
    {
        var result = ConfigurationLoader.Load(null, ConfigurationText.Environment());

        Assert.Empty(result.Problems);
        var configuration = result.Configuration!;
        Assert.Equal(RegistryConfiguration.Default.Storage, configuration.Storage);
        Assert.Equal(RegistryConfiguration.Default.Http.Addr, configuration.Http.Addr);
        Assert.Equal(RegistryConfiguration.Default.Portal, configuration.Portal);
        Assert.Equal(":5000", configuration.Http.Addr.ToString());
        Assert.Equal(":5080", configuration.Portal.Addr!.ToString());
        Assert.Equal(new FileSystemDriverConfiguration { RootDirectory = "./data" }, configuration.Storage.Driver);
        Assert.True(configuration.Storage.DeleteEnabled);
    }

    [Fact]
    public void Load_NoFileAndVariables_ChangesTheDefault()
    {
        var configuration = ConfigurationLoader.Load(
            null, ConfigurationText.Environment("REGISTRY_STORAGE=inmemory", "REGISTRY_HTTP_ADDR=:0")).Configuration!;

        Assert.IsType<InMemoryDriverConfiguration>(configuration.Storage.Driver);
        Assert.True(configuration.Storage.DeleteEnabled);
        Assert.Equal(0, configuration.Http.Addr.Port);
    }

    [Fact]
    public void Load_File_IsReadWithItsByteOrderMark()
    {
        var path = Write([0xEF, 0xBB, 0xBF, .. "version: 0.1\nstorage: inmemory\n"u8]);

        var result = ConfigurationLoader.Load(path, ConfigurationText.Environment());

        Assert.Empty(result.Problems);
        Assert.IsType<InMemoryDriverConfiguration>(result.Configuration!.Storage.Driver);
    }

    [Fact]
    public void Load_MissingFile_IsOneProblem() =>
        AssertProblem(Path.Combine(_directory, "missing.yml"), "there is no such file");

    [Fact]
    public void Load_Directory_IsOneProblem() => AssertProblem(_directory, "cannot be read");

    [Fact]
    public void Load_NotUtf8_NamesThePlace() => AssertProblem(Write([0x76, 0x0A, 0xC3, 0xA9, 0xFF, 0xFE]), "is not UTF-8 text from here on", ":2:2");

    [Fact]
    public void Load_TenMegabytes_IsOneProblem() => AssertProblem(
        Write([.. Enumerable.Repeat("log: {level: info}\n"u8.ToArray(), 526_316).SelectMany(line => line)]),
        "is longer than 1024 KiB, which end here",
        ":55189:5");

    [Fact]
    public void ToString_KeyWithALineBreak_StaysOneLine()
    {
        var problem = Assert.Single(ConfigurationText.Load(ConfigurationText.Head + "\"a\\nforged: line\": 1\n").Problems);

        Assert.DoesNotContain('\n', problem.ToString());
    }

    [Theory]
    [InlineData("https://name:hidden-one@example.com/a", "https://name:***@example.com/a")]
    [InlineData("https://name:hidden@-one@example.com", "https://name:***@example.com")]
    [InlineData("ftp://name:hidden-one@", "ftp://name:***@")]
    [InlineData("https://example.com:5000/a@b", "https://example.com:5000/a@b")]
    [InlineData("https://name@example.com:5000", "https://name@example.com:5000")]
    [InlineData("a:b@c", "a:b@c")]
    [InlineData("://", "://")]
    public void MaskAddress_OfAText_HidesThePasswordAlone(string text, string expected) => Assert.Equal(expected, Secret.MaskAddress(text));

    [Fact]
    public void ToString_AddressWithAPassword_HidesIt()
    {
        var result = ConfigurationText.Load(ConfigurationText.Head + """
            notifications: {endpoints: [{name: a, url: "https://name:hidden-one@example.com", headers: {Authorization: [hidden-one]}}]}
            health: {http: [{uri: "https://name:hidden-one@example.com", headers: {Authorization: [hidden-one]}}]}
            proxy: {remoteurl: "ftp://name:hidden-one@example.com"}
            """);

        Assert.Equal("a https://name:***@example.com/", result.Draft!.Notifications.Endpoints[0].ToString());
        Assert.Equal("https://name:***@example.com/", result.Draft.Health.Http[0].ToString());
        Assert.DoesNotContain("hidden-one", $"{result.Draft}{result.Effective}{string.Join('\n', result.Problems)}");
    }

    [Fact]
    public void ToString_Configuration_HidesTheSecret()
    {
        var configuration = ConfigurationText.Good("http: {secret: hidden-one}");

        Assert.Equal("hidden-one", configuration.Http.Secret);
        Assert.DoesNotContain("hidden-one", configuration.ToString());
        Assert.Contains("Addr = :5000", configuration.ToString());
    }

    private string Write(byte[] content)
    {
        var path = Path.Combine(_directory, "config.yml");
        File.WriteAllBytes(path, content);
        return path;
    }

    private static void AssertProblem(string path, string expected, string place = "")
    {
        var result = ConfigurationLoader.Load(path, ConfigurationText.Environment());

        Assert.Null(result.Configuration);
        Assert.StartsWith($"{path}{place}: {expected}", Assert.Single(result.Problems).ToString());
    }
}
