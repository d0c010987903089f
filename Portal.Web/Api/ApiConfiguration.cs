using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Web.Hosting;

namespace Portal.Web.Api;

/// <summary>The configuration's file.</summary>
internal sealed record ApiConfiguration
{
    /// <summary>Where it lies on the registry's machine; null when the registry was started without a file.</summary>
    public string? Path { get; init; }

    /// <summary>YAML with the secrets hidden; null without a file.</summary>
    public string? Text { get; init; }

    /// <summary>Tells this text from others, to be sent along with a change; null without a file. It means nothing by itself, and another one stands for the same text after the process was started again.</summary>
    public string? Version { get; init; }

    /// <summary>Whether the text is what the portal runs with, or will when isRestarting ends; one that was changed elsewhere is not, before the next start.</summary>
    public required bool IsInForce { get; init; }

    /// <summary>Whether a restart for a change is under way: what takes one counts after it, and lastRestart tells how it ended.</summary>
    public required bool IsRestarting { get; init; }

    /// <summary>Why nothing can be saved, and what to do about it; null when it can.</summary>
    public string? WhyNothingIsSaved { get; init; }

    /// <summary>What is wrong with the text.</summary>
    public required IReadOnlyList<ApiConfigurationProblem> Problems { get; init; }

    /// <summary>Keys that variables of the environment hold: what the file says of them has no effect.</summary>
    public required IReadOnlyList<ApiHeldKey> Held { get; init; }

    /// <summary>How the last restart for a change ended; null when there was none since the process began.</summary>
    public ApiRestart? LastRestart { get; init; }
}

/// <summary>Something that is wrong with a configuration.</summary>
internal sealed record ApiConfigurationProblem
{
    /// <summary>As http.addr; empty when the file as a whole is meant.</summary>
    public required string Key { get; init; }

    /// <summary>The line of the text, from 1; null when no line is to blame.</summary>
    public int? Line { get; init; }

    /// <summary>The character in that line, from 1; null when no place in it is to blame.</summary>
    public int? Column { get; init; }

    /// <summary>The variable that brought the value; null when it came from the text.</summary>
    public string? Variable { get; init; }

    /// <summary>What is wrong, and the remedy.</summary>
    public required string Message { get; init; }

    /// <summary>With an error a text cannot be saved; what a warning names has no effect.</summary>
    public required ConfigurationSeverity Severity { get; init; }

    internal static ApiConfigurationProblem Of(ConfigurationProblem problem) => new()
    {
        Key = problem.Path,
        Line = problem.Line,
        Column = problem.Column,
        Variable = problem.Variable,
        Message = problem.Message,
        Severity = problem.Severity,
    };
}

/// <summary>A key that a variable holds.</summary>
internal sealed record ApiHeldKey
{
    /// <summary>As log.hooks[0].type; a section stands for all below it.</summary>
    public required string Key { get; init; }

    /// <summary>The variable's name.</summary>
    public required string Variable { get; init; }
}

/// <summary>A restart inside the process, for a change of the configuration.</summary>
internal sealed record ApiRestart
{
    /// <summary>When it ended.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Why the portal did not start, so that the configuration before is in force again; null when it did.</summary>
    public string? Failure { get; init; }
}

/// <summary>A value that is in force.</summary>
internal sealed record ApiEffectiveValue
{
    /// <summary>As notifications.endpoints[0].url.</summary>
    public required string Key { get; init; }

    /// <summary>As it is written; *** for a secret.</summary>
    public required string Value { get; init; }

    /// <summary>Where it comes from.</summary>
    public required ApiValueOrigin Origin { get; init; }

    /// <summary>The line of the file, from 1; null when it is from elsewhere.</summary>
    public int? Line { get; init; }

    /// <summary>The variable's name; null when it is from elsewhere.</summary>
    public string? Variable { get; init; }

    internal static ApiEffectiveValue Of(EffectiveValue value) => new()
    {
        Key = value.Path,
        Value = value.Value,
        Origin = value.Variable is not null ? ApiValueOrigin.Environment : value.Line is not null ? ApiValueOrigin.File : ApiValueOrigin.Default,
        Line = value.Line,
        Variable = value.Variable,
    };
}

/// <summary>Where a value of the configuration comes from.</summary>
internal enum ApiValueOrigin
{
    /// <summary>Nobody said anything else.</summary>
    Default,

    /// <summary>It stands in the file.</summary>
    File,

    /// <summary>A variable of the environment says it, whatever the file does.</summary>
    Environment,
}

/// <summary>A text to be looked at.</summary>
internal sealed record ApiConfigurationText
{
    /// <summary>YAML; a secret that is to stay is (hidden).</summary>
    public required string Text { get; init; }
}

/// <summary>What came of looking at a text.</summary>
internal sealed record ApiConfigurationCheck
{
    /// <summary>Whether it could be saved.</summary>
    public required bool IsValid { get; init; }

    /// <summary>All that is wrong with it, warnings too.</summary>
    public required IReadOnlyList<ApiConfigurationProblem> Problems { get; init; }

    /// <summary>Keys that change and count at once.</summary>
    public required IReadOnlyList<string> Live { get; init; }

    /// <summary>Keys that change and take a restart inside the process.</summary>
    public required IReadOnlyList<string> Restart { get; init; }

    /// <summary>What has to be agreed to when it is saved.</summary>
    public required IReadOnlyList<ApiSaveQuestion> Questions { get; init; }
}

/// <summary>A change after which people would stand before a closed door, or all doors would stand open.</summary>
internal sealed record ApiSaveQuestion
{
    /// <summary>The word for it, for the field agreed.</summary>
    public required SaveRisk Risk { get; init; }

    /// <summary>What happens.</summary>
    public required string Title { get; init; }

    /// <summary>What it means, and how to get back.</summary>
    public required string Text { get; init; }

    internal static ApiSaveQuestion Of(SaveQuestion question) => new() { Risk = question.Risk, Title = $"{question.Title}", Text = $"{question.Text}" };
}

/// <summary>A text to be saved.</summary>
internal sealed record ApiNewConfiguration
{
    /// <summary>YAML; a secret that is to stay is (hidden).</summary>
    public required string Text { get; init; }

    /// <summary>The version that the client read.</summary>
    public required string Version { get; init; }

    /// <summary>A word about it for the history; null for none.</summary>
    public string? Comment { get; init; }

    /// <summary>The questions of checkConfiguration that are agreed to; null for none.</summary>
    public IReadOnlyList<SaveRisk>? Agreed { get; init; }
}

/// <summary>A version to be brought back.</summary>
internal sealed record ApiConfigurationRestore
{
    /// <summary>The version of the file that the client read.</summary>
    public required string Version { get; init; }

    /// <summary>A word about it for the history; null for none.</summary>
    public string? Comment { get; init; }

    /// <summary>The questions that are agreed to; null for none.</summary>
    public IReadOnlyList<SaveRisk>? Agreed { get; init; }
}

/// <summary>What saving did.</summary>
internal sealed record ApiSavedConfiguration
{
    /// <summary>Of the file as it is now.</summary>
    public required string Version { get; init; }

    /// <summary>Keys that changed and count already.</summary>
    public required IReadOnlyList<string> Live { get; init; }

    /// <summary>Keys that changed and count after the restart inside the process that begins now.</summary>
    public required IReadOnlyList<string> Restart { get; init; }

    internal static ApiSavedConfiguration Of(SavedText saved) =>
        new() { Version = ApiConfigurationFile.VersionOf(saved.Fingerprint), Live = saved.Changes.Live, Restart = saved.Changes.Restart };
}

/// <summary>A text that was saved, or found.</summary>
internal sealed record ApiConfigurationVersion
{
    /// <summary>Its number; newer ones are greater.</summary>
    public required long Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>Null for nobody with a name, or when it was found.</summary>
    public string? SavedBy { get; init; }

    /// <summary>What was said of it; empty for nothing.</summary>
    public required string Comment { get; init; }

    internal static ApiConfigurationVersion Of(ConfigurationVersion version) =>
        new() { Id = version.Number, SavedAt = version.SavedAt, SavedBy = version.Author, Comment = $"{version.Comment}" };
}

/// <summary>A text that was saved, with its text.</summary>
internal sealed record ApiConfigurationVersionText
{
    /// <summary>As a list tells it.</summary>
    public required ApiConfigurationVersion Version { get; init; }

    /// <summary>YAML with the secrets hidden.</summary>
    public required string Text { get; init; }
}
