namespace Portal.Registry.Configuration.Editing;

/// <summary>What is said of a version of the configuration by itself.</summary>
public enum VersionNote
{
    Found,
    ChangedElsewhere,
    BroughtBack,
    BroughtBackWithWords,
    PutBack,
}
