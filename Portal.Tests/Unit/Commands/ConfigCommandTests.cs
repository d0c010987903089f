using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Configuration;
using Portal.Web.Commands;

namespace Portal.Tests.Unit.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Check_GoodFile_PrintsEachValueWithItsOrigin()
    {
        var path = Write("""
            version: 0.1
            log:
              fields: {service: "registry: one"}
            loglevel: debug
            storage:
              filesystem:
                rootdirectory: /data
            http:
              secret: hidden-one
              headers:
                X-A: [a, "b c"]
            portal:
              addr: ""
              trustedproxies: [10.0.0.0/8]
            """);

        var (status, output, error) = Check(path, "REGISTRY_HTTP_ADDR=127.0.0.1:5001", "REGISTRY_PORTAL_TRUSTEDPROXIES_1=::1");

        Assert.Equal(ExitStatus.Done, status);
        Assert.Equal($"{path}:4:11: warning: loglevel: is deprecated; write log.level\n", error);
        Assert.All(
            [
                "version: 0.1  # line 1",
                "log:\n  level: debug  # line 4\n  formatter: text  # default\n",
                "    service: \"registry: one\"  # line 3",
                "  filesystem:\n    rootdirectory: /data  # line 7\n    maxthreads: 100  # default\n",
                "http:\n  addr: 127.0.0.1:5001  # REGISTRY_HTTP_ADDR\n",
                "  secret: \"***\"  # line 9",
                "    X-A:\n      - a  # line 11\n      - \"b c\"  # line 11\n",
                "portal:\n  addr: \"\"  # line 13\n",
                "  trustedproxies:\n    - 10.0.0.0/8  # line 14\n    - ::1  # REGISTRY_PORTAL_TRUSTEDPROXIES_1\n",
                "    manifestsize: 4MiB  # default\n",
            ],
            expected => Assert.Contains(expected, output));
        Assert.DoesNotContain("loglevel", output);
        Assert.DoesNotContain("hidden-one", output);
    }

    [Fact]
    public void Check_ItsOwnOutput_IsTheSameConfiguration()
    {
        var (_, output, _) = Check(Write(ConfigurationText.Head + """
            log: {level: warn, fields: {a: 'x #y', "b c": "line\nbreak", d: ~}}
            http: {headers: {X-A: ["a: b", '"', ":"]}, host: https://hub.example.com}
            auth: {htpasswd: {realm: "O'urs", path: /auth}}
            portal: {title: "# Ours", trustedproxies: [::1]}
            """));

        var again = ConfigurationText.Load(output);

        Assert.Empty(again.Problems);
        Assert.Equal(output, WithoutOrigin(output, again.Effective));
        Assert.Contains("Log.Fields.b c = line\nbreak", TypedValues.Of(again.Configuration!));
        Assert.Contains("Http.Headers.X-A[1] = \"", TypedValues.Of(again.Configuration!));
        Assert.Contains("Portal.Title = # Ours", TypedValues.Of(again.Configuration!));
    }

    [Fact]
    public void Check_PasswordInAnAddress_IsMasked()
    {
        var result = ConfigurationText.Load(ConfigurationText.Head + "proxy: {remoteurl: \"https://user:hidden-one@example.com/\"}");

        Assert.Contains("remoteurl: \"https://user:***@example.com/\"", result.Effective);
    }

    [Fact]
    public void Check_NoFile_IsTheDefault()
    {
        var (status, output, error) = Check(null, "REGISTRY_STORAGE_DELETE_ENABLED=false");

        Assert.Equal((ExitStatus.Done, ""), (status, error));
        Assert.Contains("    rootdirectory: ./data  # default\n", output);
        Assert.Contains("    enabled: false  # REGISTRY_STORAGE_DELETE_ENABLED\n", output);
        Assert.DoesNotContain("# line", output);
    }

    [Fact]
    public void Check_SeveralProblems_PrintsAllAndNothingElse()
    {
        var path = Write(ConfigurationText.Head + "http: {addr: x}\nlog: {level: y}\n");

        var (status, output, error) = Check(path);

        Assert.Equal((ExitStatus.Unusable, ""), (status, output));
        Assert.Equal(
            [
                $"{path}:5:14: http.addr: \"x\" is not host:port; write for example \":5000\"",
                $"{path}:6:14: log.level: \"y\" is not one of error, warn, info, debug",
            ],
            error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Keys_PrintsTheDocument()
    {
        using var output = new StringWriter();

        Assert.Equal(ExitStatus.Done, ConfigCommand.Keys(output));
        Assert.StartsWith("# Configuration\n", output.ToString());
    }

    private string Write(string text)
    {
        var path = _folder.Combine("config.yml");
        File.WriteAllText(path, text);
        return path;
    }

    private static (int Status, string Output, string Error) Check(string? path, params string[] variables)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var status = ConfigCommand.Check(path, ConfigurationText.Environment(variables), output, error);
        return (status, output.ToString(), error.ToString());
    }

    /// <summary>The second text with the comments of the first: all values come from a file the second time.</summary>
    private static string WithoutOrigin(string first, string second) => string.Join(
        '\n', first.Split('\n').Zip(second.Split('\n'), (one, other) =>
            one.LastIndexOf("  # ", StringComparison.Ordinal) is var at and >= 0 && other.StartsWith(one[..at]) ? one : other));
}
