namespace Portal.Registry.Configuration;

/// <summary>What is wrong with a key, whatever it is for, and the remedy.</summary>
internal enum KeyProblem
{
    ByDefault,
    Deprecated,
    DidYouMean,
    InVariable,
    KeyAndPlace,
    LayoutIsKnown,
    Missing,
    MissingHere,
    NameAnother,
    NoEffect,
    NoLatency,
    NoSuchCommand,
    NobodyWaits,
    NoneOf,
    NotSupported,
    OnLine,
    OneConnection,
    RemoveIt,
    RemoveItOrWrite,
    Twice,
    TwiceWithoutCase,
    Unknown,
}
