namespace Portal.Storage.Accounts;

/// <summary>Why a text is no <see cref="RepositoryPattern"/>.</summary>
public enum PatternProblem
{
    Length,
    ControlCharacter,
    OddCharacter,
    EmptyComponent,
    StarsInText,
    TooManyStars,
}
