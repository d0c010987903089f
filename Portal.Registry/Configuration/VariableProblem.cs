namespace Portal.Registry.Configuration;

/// <summary>Why an environment variable sets nothing.</summary>
internal enum VariableProblem
{
    FileEmpty,
    FileMissing,
    FileNoText,
    FileTooLong,
    FileUnreadable,
    NoIndex,
    NoneOf,
    NoneOfButNear,
    NotYaml,
    NothingBelow,
    SetTwice,
    TooDeep,
    Unknown,
    UnknownButNear,
}
