using Portal.Web.Commands;

namespace Portal.Tests.Unit.Commands;

public sealed class CommandLineTests
{
    public static TheoryData<string[], ParsedCommand> Arguments => new()
    {
        { [], new ServeArguments(null) },
        { ["serve"], new ServeArguments(null) },
        { ["serve", "my.conf"], new ServeArguments("my.conf") },
        { ["/etc/docker/registry/config.yml"], new ServeArguments("/etc/docker/registry/config.yml") },
        { ["config.yaml"], new ServeArguments("config.yaml") },
        { ["--version"], new VersionArguments() },
        { ["-v"], new VersionArguments() },
        { ["--help"], new HelpArguments() },
        { ["-h"], new HelpArguments() },
        { ["serve", "--help"], new HelpArguments() },
        { ["serve", "-h"], new HelpArguments() },
        { ["serve", "--verbose"], new UnusableArguments("serve has no option --verbose") },
        { ["serve", ""], new UnusableArguments("serve needs the name of a file") },
        { ["serve", "a.yml", "b.yml"], new UnusableArguments("serve takes one file") },
        { ["config", "check"], new ConfigCheckArguments(null) },
        { ["config", "check", "my.conf"], new ConfigCheckArguments("my.conf") },
        { ["config", "check", "--help"], new HelpArguments() },
        { ["config", "check", "--all"], new UnusableArguments("config check has no option --all") },
        { ["config", "check", ""], new UnusableArguments("config check needs the name of a file") },
        { ["config", "check", "a.yml", "b.yml"], new UnusableArguments("config check takes one file") },
        { ["config", "keys"], new ConfigKeysArguments() },
        { ["config"], new UnusableArguments("config is followed by check or keys") },
        { ["config", "--help"], new HelpArguments() },
        { ["garbage-collect"], new GarbageCollectArguments(null) },
        { ["garbage-collect", "config.yml"], new GarbageCollectArguments("config.yml") },
        { ["garbage-collect", "config.yml", "-m", "--dry-run"], new GarbageCollectArguments("config.yml", IsDryRun: true, DeletesUntagged: true) },
        { ["garbage-collect", "--delete-untagged=true", "-q", "config.yml"], new GarbageCollectArguments("config.yml", DeletesUntagged: true, IsQuiet: true) },
        { ["garbage-collect", "-dmq", "--grace", "24h", "config.yml"], new GarbageCollectArguments("config.yml", true, true, true, TimeSpan.FromHours(24)) },
        { ["garbage-collect", "--grace=90m"], new GarbageCollectArguments(null, Grace: TimeSpan.FromMinutes(90)) },
        { ["garbage-collect", "--help"], new HelpArguments() },
        { ["garbage-collect", "--grace"], new UnusableArguments("--grace needs a length of time: write for example 24h") },
        { ["garbage-collect", "--grace", "soon"], new UnusableArguments("--grace soon is no length of time: write for example 24h") },
        { ["garbage-collect", "--grace=-1h"], new UnusableArguments("--grace -1h is no length of time: write for example 24h") },
        { ["garbage-collect", "-x"], new UnusableArguments("garbage-collect has no option -x") },
        { ["garbage-collect", "--all"], new UnusableArguments("garbage-collect has no option --all") },
        { ["garbage-collect", ""], new UnusableArguments("garbage-collect needs the name of a file") },
        { ["garbage-collect", "a.yml", "b.yml"], new UnusableArguments("garbage-collect takes one file") },
        { ["config.json"], new UnusableArguments("there is no command config.json") },
        { ["a.yml", "b.yml"], new UnusableArguments("there is no command a.yml") },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Parse_Arguments_GiveTheCommand(string[] args, ParsedCommand expected) =>
        Assert.Equal(expected, CommandLine.Parse(args, "/app/registry"));

    [Theory]
    [InlineData("/usr/bin/registry", "htpasswd", "-Bbn", "user", "pw")]
    [InlineData("/usr/bin/htpasswd", "-Bbn", "user", "pw")]
    [InlineData("htpasswd", "-Bbn", "user", "pw")]
    public void Parse_HtpasswdByCommandOrByName_KeepsItsArguments(string argv0, params string[] args)
    {
        var command = Assert.IsType<HtpasswdArguments>(CommandLine.Parse(args, argv0));

        Assert.Equal(["-Bbn", "user", "pw"], command.Arguments);
    }

    [Fact]
    public void Usage_NamesEveryCommandThatThereIs()
    {
        Assert.Contains("serve [config.yml]", CommandLine.Usage);
        Assert.Contains("config check [config.yml]", CommandLine.Usage);
        Assert.Contains("htpasswd", CommandLine.Usage);
        Assert.Contains("garbage-collect [options] [config.yml]", CommandLine.Usage);
    }

    [Fact]
    public void ReadArgv0_OfARunningProcess_IsNotEmpty() => Assert.NotEmpty(CommandLine.ReadArgv0());
}
