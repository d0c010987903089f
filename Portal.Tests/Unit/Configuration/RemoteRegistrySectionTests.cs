using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

public sealed class RemoteRegistrySectionTests
{
    private const string Head = "version: 0.1\nstorage: {inmemory: {}}\n";

    [Fact]
    public void Entries_AreRead_WithAndWithoutV2InTheirAddress()
    {
        var registries = Read("portal:\n  registries:\n    - {url: 'https://a.example/v2/', username: ada, password: pw}\n    - {url: 'http://b.example:5000/sub', name: b, readonly: true}\n");

        Assert.Equal(
            [("a.example", "https://a.example/", "ada", "pw", false), ("b", "http://b.example:5000/sub/", null, null, true)],
            registries.Select(registry => (registry.Name, $"{registry.Url}", registry.UserName, registry.Password?.Value, registry.ReadOnly)));
    }

    [Fact]
    public void VariablesOfDockerRegistryUi_AddToThem_InTheOrderOfTheirNumbers()
    {
        var registries = Read(
            "portal: {registries: [{url: 'https://file.example'}]}\n",
            ("REG10", "http://ten:5000/v2/"), ("REG2", "http://two:5000/v2/"), ("REG1", "https://one/v2/"), ("READ_ONLY", "true"), ("REGEX", "http://no.example"));

        Assert.Equal(
            [("file.example", false), ("one", true), ("two:5000", true), ("ten:5000", true)],
            registries.Select(registry => (registry.Name, registry.ReadOnly)));
    }

    [Theory]
    [InlineData("[{url: 'ftp://a.example'}]", "portal.registries[0].url")]
    [InlineData("[{url: 'https://ada:pw@a.example'}]", "portal.registries[0].url")]
    [InlineData("[{url: 'https://a.example?x=1'}]", "portal.registries[0].url")]
    [InlineData("[{url: 'https://a.example', name: 'a/b'}]", "portal.registries[0].name")]
    [InlineData("[{url: 'https://a.example', password: pw}]", "portal.registries[0].username")]
    [InlineData("[{url: 'https://a.example'}, {url: 'https://A.example'}]", "portal.registries[1].name")]
    public void Mistake_IsNamedAtItsPlace_WithoutTheSecret(string registries, string path)
    {
        var problem = Assert.Single(ConfigurationLoader.Parse($"{Head}portal: {{registries: {registries}}}\n", null, new Dictionary<string, string>()).Problems);

        Assert.Equal(path, problem.Path);
        Assert.DoesNotContain("pw", problem.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<RemoteRegistryConfiguration> Read(string text, params (string Name, string Value)[] environment)
    {
        var result = ConfigurationLoader.Parse(Head + text, null, environment.ToDictionary(pair => pair.Name, pair => pair.Value));
        Assert.Empty(result.Problems);
        return result.Configuration!.Portal.Registries;
    }
}
