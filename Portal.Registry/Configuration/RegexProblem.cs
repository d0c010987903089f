namespace Portal.Registry.Configuration;

/// <summary>Why a regular expression of Go is not taken.</summary>
internal enum RegexProblem
{
    BackslashEnds,
    BracketOpen,
    Escape,
    EscapeInClass,
    NamedClass,
    NotInGo,
    NothingToRepeat,
    ParenthesisNotOpened,
    ParenthesisOpen,
    RangeBackwards,
    RepetitionRepeated,
    Syntax,
    TooLong,
    UnicodeClass,
}
