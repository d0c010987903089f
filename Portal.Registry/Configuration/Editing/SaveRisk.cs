namespace Portal.Registry.Configuration.Editing;

/// <summary>What a <see cref="SaveQuestion"/> asks about; its title says it.</summary>
public enum SaveRisk
{
    NobodySignsIn,
    Opens,
    YouDoNotSignIn,
    NoFile,
    PagesMove,
    PagesGo,
    AddressChanges,
}
