using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Configuration;

/// <summary><c>_FILE</c> behind the name of a secret's variable.</summary>
public sealed class SecretFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("s3cret", "s3cret")]
    [InlineData("s3cret\n", "s3cret")]
    [InlineData("s3cret\r\n", "s3cret")]
    [InlineData("two\nlines\n\n", "two\nlines\n")]
    [InlineData("{not: yaml", "{not: yaml")]
    public void Apply_SecretsFile_IsItsContentWithoutTheLastLineBreak(string content, string expected) =>
        Assert.Equal(expected, ConfigurationText.Good("http: {secret: other}", $"REGISTRY_HTTP_SECRET_FILE={Write(content)}").Http.Secret);

    [Fact]
    public void Apply_SecretInAList_ReachesItsEntry() =>
        Assert.Equal(
            ["Bearer x"],
            ConfigurationText.Load(
                ConfigurationText.Head + "notifications: {endpoints: [{name: a, url: \"https://a\"}]}",
                $"REGISTRY_NOTIFICATIONS_ENDPOINTS_0_HEADERS_AUTHORIZATION_FILE={Write("Bearer x\n")}").Draft!
                .Notifications.Endpoints[0].Headers["authorization"]);

    [Fact]
    public void Apply_KeyThatIsNoSecret_HasNoFile() =>
        Assert.Contains(
            "nothing can be set below it",
            ConfigurationText.Error("http: {host: \"https://a\"}", "REGISTRY_HTTP_HOST_FILE=/run/secrets/x"));

    /// <summary>A key that is itself called "file".</summary>
    [Fact]
    public void Apply_KeyOfThatName_IsTheKey() =>
        Assert.Equal(
            "/closed", ConfigurationText.Load(ConfigurationText.Head, "REGISTRY_HEALTH_FILE_0_FILE=/closed").Draft!.Health.Files[0].File);

    [Fact]
    public void Apply_BothVariables_IsAnError() =>
        Assert.Equal(
            "REGISTRY_HTTP_SECRET_FILE: REGISTRY_HTTP_SECRET is set as well; keep one of the two",
            ConfigurationText.Error("", "REGISTRY_HTTP_SECRET=a", $"REGISTRY_HTTP_SECRET_FILE={Write("b")}"));

    [Fact]
    public void Apply_NoSuchFile_IsAnError() =>
        Assert.Equal(
            "REGISTRY_HTTP_SECRET_FILE: there is no file \"/no/such/secret\"",
            ConfigurationText.Error("", "REGISTRY_HTTP_SECRET_FILE=/no/such/secret"));

    [Fact]
    public void Apply_Folder_IsAnError() =>
        Assert.Contains("cannot be read", ConfigurationText.Error("", $"REGISTRY_HTTP_SECRET_FILE={_folder.Path}"));

    [Fact]
    public void Apply_EmptyName_IsAnError() =>
        Assert.Contains("cannot be read", ConfigurationText.Error("", "REGISTRY_HTTP_SECRET_FILE="));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n", "is empty")]
    public void Apply_EmptyFile_IsAnError(string content, string expected) =>
        Assert.Contains(expected, ConfigurationText.Error("", $"REGISTRY_HTTP_SECRET_FILE={Write(content)}"));

    /// <summary>Such a file has no end: only a bounded read comes back.</summary>
    [Fact]
    public void Apply_EndlessFile_IsAnError() =>
        Assert.Contains("is longer than 64 KiB", ConfigurationText.Error("", "REGISTRY_HTTP_SECRET_FILE=/dev/zero"));

    [Fact]
    public void Apply_FileThatIsNoText_IsAnErrorWithoutTheContent()
    {
        var path = _folder.Combine("secret");
        File.WriteAllBytes(path, [.. "hidden-one"u8, 0xFF]);

        var problem = ConfigurationText.Error("", $"REGISTRY_HTTP_SECRET_FILE={path}");

        Assert.Contains("is not UTF-8 text", problem);
        Assert.DoesNotContain("hidden-one", problem);
    }

    private string Write(string content)
    {
        var path = _folder.Combine("secret");
        File.WriteAllText(path, content);
        return path;
    }
}
