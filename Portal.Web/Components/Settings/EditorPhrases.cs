using Portal.Web.Words;

namespace Portal.Web.Components.Settings;

/// <summary>What CodeMirror itself writes and says: in its search, at its folds and to readers of screens.</summary>
internal static class EditorPhrases
{
    /// <summary>Its own English and what the visitor's language has for it; <c>$</c> is a number.</summary>
    public static IReadOnlyDictionary<string, string> Spoken => new Dictionary<string, string>
    {
        ["Find"] = SettingsWords.EditorFind,
        ["Replace"] = SettingsWords.EditorReplaceBy,
        ["next"] = SettingsWords.EditorNext,
        ["previous"] = SettingsWords.EditorPrevious,
        ["all"] = SettingsWords.EditorAll,
        ["match case"] = SettingsWords.EditorMatchCase,
        ["regexp"] = SettingsWords.EditorRegexp,
        ["by word"] = SettingsWords.EditorByWord,
        ["replace"] = SettingsWords.EditorReplace,
        ["replace all"] = SettingsWords.EditorReplaceAll,
        ["close"] = SettingsWords.EditorClose,
        ["current match"] = SettingsWords.EditorCurrentMatch,
        ["on line"] = SettingsWords.EditorOnLine,
        ["replaced $ matches"] = SettingsWords.EditorReplacedMatches,
        ["replaced match on line $"] = SettingsWords.EditorReplacedMatch,
        ["Go to line"] = SettingsWords.EditorGoToLine,
        ["go"] = SettingsWords.EditorGo,
        ["Completions"] = SettingsWords.EditorCompletions,
        ["Diagnostics"] = SettingsWords.EditorDiagnostics,
        ["No diagnostics"] = SettingsWords.EditorNoDiagnostics,
        ["Control character"] = SettingsWords.EditorControlCharacter,
        ["Selection deleted"] = SettingsWords.EditorSelectionDeleted,
        ["Fold line"] = SettingsWords.EditorFoldLine,
        ["Unfold line"] = SettingsWords.EditorUnfoldLine,
        ["Folded lines"] = SettingsWords.EditorFoldedLines,
        ["Unfolded lines"] = SettingsWords.EditorUnfoldedLines,
        ["folded code"] = SettingsWords.EditorFoldedCode,
        ["unfold"] = SettingsWords.EditorUnfold,
        ["to"] = SettingsWords.EditorTo,
    };
}
