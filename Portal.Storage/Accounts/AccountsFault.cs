namespace Portal.Storage.Accounts;

/// <summary>Why the file of users and permissions cannot be used.</summary>
public enum AccountsFault
{
    NewerVersion,
    Unusable,
}
