namespace Portal.Registry.Configuration;

/// <summary>What is wrong with the form of a value.</summary>
internal enum ValueProblem
{
    EntryIsNoSection,
    EntryIsNoValue,
    HeaderName,
    HeaderOfServer,
    HeaderValue,
    IsList,
    IsOther,
    IsSection,
    NoList,
    NoSection,
    SecretIsOther,
    TooSmall,
}
