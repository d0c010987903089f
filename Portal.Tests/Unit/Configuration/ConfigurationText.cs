using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

/// <summary>Loads text as <c>config.yml</c>, with variables given as <c>NAME=value</c>.</summary>
internal static class ConfigurationText
{
    /// <summary>The least that starts, four lines long; a test's own text follows on line 5.</summary>
    public const string Head = "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /data\n";

    public static ConfigurationResult Load(string text, params string[] variables) =>
        ConfigurationLoader.Parse(text, "config.yml", Environment(variables));

    /// <summary>The tree of <see cref="Head"/> and the text; fails when there is any problem.</summary>
    public static RegistryConfiguration Good(string text, params string[] variables)
    {
        var result = Load(Head + text, variables);
        Assert.Empty(result.Problems);
        return result.Configuration!;
    }

    /// <summary>A problem as it is printed, without its column: BadFileTests looks at those.</summary>
    public static string Print(ConfigurationProblem problem) => (problem with { Column = null }).ToString();

    /// <summary>The one error of <see cref="Head"/> and the text, as it is printed but for its column.</summary>
    public static string Error(string text, params string[] variables)
    {
        var result = Load(Head + text, variables);
        Assert.Null(result.Configuration);
        var problem = Assert.Single(result.Problems);
        Assert.Equal(ConfigurationSeverity.Error, problem.Severity);
        return Print(problem);
    }

    /// <summary>The one warning of <see cref="Head"/> and the text, as it is printed but for its column.</summary>
    public static string Warning(string text, params string[] variables)
    {
        var result = Load(Head + text, variables);
        Assert.NotNull(result.Configuration);
        return Print(Assert.Single(result.Problems));
    }

    public static IReadOnlyDictionary<string, string> Environment(params string[] variables) =>
        variables.Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
