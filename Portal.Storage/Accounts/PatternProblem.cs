namespace Portal.Storage.Accounts;

/// <summary>Why a text is pattern of repositories, or of tags.</summary>
public enum PatternProblem
{
    Length,
    ControlCharacter,
    OddCharacter,
    EmptyComponent,
    StarsInText,
    TooManyStars,
    OfTags,
}
