namespace Portal.Registry.Configuration.Editing;

/// <summary>What is said of a version of the configuration by itself. Names and the order of the values in a sentence are kept with versions, and stay.</summary>
public enum VersionNote
{
    Found,
    ChangedElsewhere,
    BroughtBack,
    BroughtBackWithWords,
    PutBack,
}
