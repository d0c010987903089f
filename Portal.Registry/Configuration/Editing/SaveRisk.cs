namespace Portal.Registry.Configuration.Editing;

/// <summary>What a <see cref="SaveQuestion"/> says, each with a title and a text.</summary>
public enum SaveRisk
{
    NobodySignsIn,
    Opens,
    OpensText,
    NoUser,
    YouDoNotSignIn,
    UserMissing,
    NoFile,
    FileWillBeMade,
    FileUnreadable,
    PagesMove,
    PagesMoveTo,
    PagesGo,
    PagesGoText,
    AddressChanges,
    TouchesTls,
}
