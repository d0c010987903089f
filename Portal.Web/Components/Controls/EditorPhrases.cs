using Portal.Web.Words;

namespace Portal.Web.Components.Controls;

/// <summary>What CodeMirror itself writes and says: in its search, at its folds and to readers of screens.</summary>
internal static class EditorPhrases
{
    /// <summary>Its own English and what the visitor's language has for it; <c>$</c> is a number.</summary>
    public static IReadOnlyDictionary<string, string> Spoken => new Dictionary<string, string>
    {
        ["Find"] = ControlsWords.EditorFind,
        ["Replace"] = ControlsWords.EditorReplaceBy,
        ["next"] = ControlsWords.EditorNext,
        ["previous"] = ControlsWords.EditorPrevious,
        ["all"] = ControlsWords.EditorAll,
        ["match case"] = ControlsWords.EditorMatchCase,
        ["regexp"] = ControlsWords.EditorRegexp,
        ["by word"] = ControlsWords.EditorByWord,
        ["replace"] = ControlsWords.EditorReplace,
        ["replace all"] = ControlsWords.EditorReplaceAll,
        ["close"] = ControlsWords.EditorClose,
        ["current match"] = ControlsWords.EditorCurrentMatch,
        ["on line"] = ControlsWords.EditorOnLine,
        ["replaced $ matches"] = ControlsWords.EditorReplacedMatches,
        ["replaced match on line $"] = ControlsWords.EditorReplacedMatch,
        ["Go to line"] = ControlsWords.EditorGoToLine,
        ["go"] = ControlsWords.EditorGo,
        ["Completions"] = ControlsWords.EditorCompletions,
        ["Diagnostics"] = ControlsWords.EditorDiagnostics,
        ["No diagnostics"] = ControlsWords.EditorNoDiagnostics,
        ["Control character"] = ControlsWords.EditorControlCharacter,
        ["Selection deleted"] = ControlsWords.EditorSelectionDeleted,
        ["Fold line"] = ControlsWords.EditorFoldLine,
        ["Unfold line"] = ControlsWords.EditorUnfoldLine,
        ["Folded lines"] = ControlsWords.EditorFoldedLines,
        ["Unfolded lines"] = ControlsWords.EditorUnfoldedLines,
        ["folded code"] = ControlsWords.EditorFoldedCode,
        ["unfold"] = ControlsWords.EditorUnfold,
        ["to"] = ControlsWords.EditorTo,
    };
}
