using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Web.Words;

namespace Portal.Web.Components.Settings;

/// <summary>What is marked on the lines of a configuration's text: problems, and values that a variable holds.</summary>
internal static class EditorMarks
{
    /// <param name="locked">Keys with the variable that holds each.</param>
    public static List<EditorMark> Of(
        string text, IReadOnlyList<ConfigurationProblem> problems, IReadOnlyDictionary<string, string> locked)
    {
        var marks = problems.Where(problem => problem.Line is not null).Select(problem => new EditorMark(
            problem.Line!.Value, problem.Column ?? 1, ProblemText.Of(problem), problem.Severity is ConfigurationSeverity.Error ? "error" : "warning"));
        var locks =
            from entry in locked
            let line = KeyAtCursor.LineOf(text, entry.Key)
            where line is not null
            select new EditorMark(line.Value, 1, SettingsWords.HeldByMark.With(entry.Value), "info");
        return [.. marks, .. locks];
    }
}
