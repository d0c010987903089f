using Portal.Web.Commands;

namespace Portal.Tests.Unit.Commands;

public sealed class ConfigurationLocationTests
{
    private const string Version2Path = "/etc/docker/registry/config.yml";
    private const string Version3Path = "/etc/distribution/config.yml";

    private static readonly Dictionary<string, string> Container = new() { ["DOTNET_RUNNING_IN_CONTAINER"] = "true" };

    [Fact]
    public void Find_VariableNamesAFile_TakesItEvenWhenItIsMissing()
    {
        var environment = new Dictionary<string, string>(Container) { ["REGISTRY_CONFIGURATION_PATH"] = "/missing.yml" };

        Assert.Equal("/missing.yml", ConfigurationLocation.Find(environment, _ => true));
    }

    [Fact]
    public void Find_InAContainerWithBoth_PrefersVersion3() =>
        Assert.Equal(Version3Path, ConfigurationLocation.Find(Container, _ => true));

    [Fact]
    public void Find_InAContainerWithTheOlder_TakesIt() =>
        Assert.Equal(Version2Path, ConfigurationLocation.Find(Container, path => path == Version2Path));

    [Fact]
    public void Find_InAContainerWithNeither_IsNull() => Assert.Null(ConfigurationLocation.Find(Container, _ => false));

    [Fact]
    public void Find_OutsideAContainer_LeavesAnotherRegistrysFileAlone() =>
        Assert.Null(ConfigurationLocation.Find(new Dictionary<string, string>(), _ => true));
}
