namespace Portal.Registry.Configuration.Editing;

/// <summary>What a <see cref="SaveQuestion"/> says about its risk.</summary>
public enum SaveRiskText
{
    OpensText,
    NoUser,
    UserMissing,
    FileWillBeMade,
    FileUnreadable,
    PagesMoveTo,
    PagesGoText,
    TouchesTls,
}
