using Portal.Registry.Configuration;
using Portal.Web.Hosting;

namespace Portal.Tests.Fixtures;

/// <summary>Chromium before an application that was started from a file, as its editor needs it.</summary>
public sealed class FileChromiumFixture : ChromiumFixture
{
    /// <summary>The file.</summary>
    public string ConfigurationPath => Path.Combine(Root, "config.yml");

    /// <summary>What stands in the file at first.</summary>
    public string Text => $$"""
        # The registry of the third floor.
        version: 0.1

        log:
          level: warn
          accesslog:
            disabled: true

        storage:
          filesystem:
            rootdirectory: {{Root}}   # a disk of its own
          delete:
            enabled: false

        http:
          addr: 127.0.0.1:0
          secret: do-not-show-me
          headers:
            X-Content-Type-Options: [nosniff]

        portal:
          addr: 127.0.0.1:0
          title: Third floor

        """;

    private static Dictionary<string, string> Variables => new() { ["REGISTRY_CATALOG_MAXENTRIES"] = "500" };

    /// <summary>Puts file and portal back to what they were; only what counts at once may have been changed.</summary>
    public void PutBack() => PutBack(Text);

    /// <summary>Another text into the file, and in force.</summary>
    public void PutBack(string text)
    {
        File.WriteAllText(ConfigurationPath, text);
        Assert.Empty(Get<RunningConfiguration>().Apply(Load()).Restart);
    }

    protected override RunningConfiguration Running
    {
        get
        {
            Directory.CreateDirectory(Root);
            File.WriteAllText(ConfigurationPath, Text);
            return new RunningConfiguration(Load(), ConfigurationPath, Variables, TimeProvider.System);
        }
    }

    private RunningVersion Load()
    {
        var loaded = ConfigurationLoader.Load(ConfigurationPath, Variables);
        return new RunningVersion(loaded.Configuration!, loaded.Text);
    }
}
