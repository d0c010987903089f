namespace Portal.Registry.Configuration.Editing;

/// <summary>Why the configuration is not shown or not changed.</summary>
public enum EditorRefusal
{
    NoAdministrator,
    SignInFirst,
    OnlyLocal,
    ModeIsReadOnly,
    FileIsReadOnly,
    FileIsNotWritable,
    NotYaml,
    NoHeader,
    IsNoValueList,
    IsShared,
    IsNoList,
    ChangesMore,
    LosesComment,
    SharesLine,
    NotInSection,
    FileIsNoText,
    FileTooLong,
    VersionGone,
    VersionIsNoYaml,
}
