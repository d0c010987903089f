namespace Portal.Storage.Reasons;

/// <summary>What stands between the reasons of a list. The names are kept with reasons, and stay.</summary>
public enum ListNote
{
    WithCommas,
    WithSemicolons,
}
