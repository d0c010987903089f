using System.Text;
using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Configuration;

namespace Portal.Tests.Fuzz;

/// <summary>Damaged configurations: each is a configuration or a list of what is wrong with it.</summary>
public sealed class ConfigurationFuzzTests
{
    private const string Working = """
        version: 0.1
        log: {level: info, formatter: text, fields: {service: registry}, accesslog: {disabled: true}}
        storage: &storage
          filesystem: {rootdirectory: /var/lib/registry}
          delete: {enabled: true}
        http:
          addr: 127.0.0.1:5000
          host: https://hub.example.com
          prefix: /hub/
          relativeurls: false
          draintimeout: 60s
          headers: {X-Content-Type-Options: [nosniff]}
        catalog: {maxentries: 1000}
        redis: {addrs: ["redis:6379"], password: secret, pool: {maxidle: 16, idletimeout: 300s}, tls: {enabled: true}}
        notifications: {endpoints: [{name: a, url: "https://a.example.com", headers: {Authorization: [Bearer x]}, ignore: {actions: [pull]}}]}
        middleware: {storage: [{name: cloudfront, options: {baseurl: "https://c.example.com", privatekey: /k, keypairid: K}}]}
        health: {storagedriver: {enabled: false}, http: [{uri: "https://a.example.com", headers: {X: [y]}}], tcp: [{addr: "a:1"}]}
        proxy: {remoteurl: "https://user:secret@registry-1.docker.io", ttl: 168h, exec: {command: helper, lifetime: 1h}}
        portal: {addr: ":5080", database: portal.db, title: Registry Portal, trustedproxies: [127.0.0.0/8]}
        """;

    private static readonly string[] Pieces =
    [
        "[", "]", "{", "}", "&a ", "*a ", "&storage ", "*storage", "<<: ", "<<: *storage\n", ": ", ":", "- ", "-", "? ", "\t", "\n", "\n  ", "\r", "\"", "'", "|\n", ">2-\n",
        "!!x ", "!<", "!", "---\n", "...\n", "#", "%", "%YAML 1.2\n---\n", "%YAML 99999999999.9\n", "%TAG ! !\n", "@", "`", ",", "~", "null", "0x", "1e9", "-1",
        "\"\\U00110000\"", "\"\\ud800\"", "\"\\x", "\0", "\u0085", "\u2028", "\ufeff", "🙂", "\ud800", "99999999999999999999", "::", "[::1]:5000", "[::1", "https://", "1h1h", "/../",
    ];

    private static readonly string[] Words =
    [
        "LOG", "FIELDS", "LEVEL", "STORAGE", "FILESYSTEM", "ROOTDIRECTORY", "S3", "HTTP", "ADDR", "HOST", "HEADERS", "TLS", "PREFIX", "AUTH", "HTPASSWD", "PATH", "REALM",
        "NOTIFICATIONS", "ENDPOINTS", "0", "1", "99999999999", "PORTAL", "TRUSTEDPROXIES", "CATALOG", "MAXENTRIES", "", "X", "Ü", "MIDDLEWARE", "REGISTRY", "CONFIGURATION",
        "SECRET", "FILE", "PASSWORD", "REDIS", "PROXY", "GCS", "CREDENTIALS", "PRIVATE", "KEY", "AZURE", "TOKEN", "none",
    ];

    /// <summary>Whatever was read, what is shown of it is YAML.</summary>
    [Fact]
    public Task Effective_OfDamagedText_IsYaml() => FuzzRun.RepeatAsync(2_000, random =>
    {
        var text = random.Damage(Working, Pieces);

        var effective = ConfigurationLoader.Parse(text, "config.yml", new Dictionary<string, string>()).Effective;

        Assert.DoesNotContain(ConfigurationLoader.Parse(effective, "config.yml", new Dictionary<string, string>()).Problems, problem => problem.Message.StartsWith("is not YAML"));
    });

    [Fact]
    public Task Parse_OfDamagedText_IsAConfigurationOrProblems() => FuzzRun.RepeatAsync(10_000, random =>
    {
        var text = random.Damage(random.Next(2) == 0 ? Working : Part(random), Pieces);
        var variables = Enumerable.Range(0, random.Next(4)).Select(_ => NewVariable(random)).DistinctBy(variable => variable.Name);

        AssertAnswered(() => ConfigurationLoader.Parse(text, "config.yml", variables.ToDictionary(variable => variable.Name, variable => variable.Value)));
    });

    [Fact]
    public async Task Load_OfDamagedFiles_IsAConfigurationOrProblems()
    {
        using var folder = new TempFolder();
        var path = folder.Combine("config.yml");
        await FuzzRun.RepeatAsync(2_000, random =>
        {
            File.WriteAllBytes(path, random.Damage(Encoding.UTF8.GetBytes(Working)));

            AssertAnswered(() => ConfigurationLoader.Load(path, new Dictionary<string, string>()));
        });
    }

    private static void AssertAnswered(Func<ConfigurationResult> load)
    {
        var result = load();

        Assert.True(result.Configuration is not null || result.Problems.Any(problem => problem.Severity is ConfigurationSeverity.Error));
        Assert.All(result.Problems, problem => Assert.DoesNotContain(problem.ToString(), char.IsControl));
        Assert.NotNull(result.Draft?.ToString() ?? string.Empty);
    }

    /// <summary>A piece of upstream's example: all of it at each round would take long.</summary>
    private static string Part(Random random)
    {
        var start = random.Next(SeedExample.Text.Length);
        return $"{ConfigurationText.Head}{SeedExample.Text.AsSpan(start, Math.Min(600, SeedExample.Text.Length - start))}";
    }

    private static (string Name, string Value) NewVariable(Random random)
    {
        var name = "REGISTRY_" + string.Join('_', Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Pick(Words)));
        return (name, random.Next(3) == 0 ? random.Damage(Working, Pieces) : random.Damage(random.Pick(Words), Pieces));
    }
}
