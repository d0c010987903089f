namespace Portal.Storage.Accounts;

/// <summary>What somebody may do; each includes those before it.</summary>
public enum Role
{
    /// <summary>Pulls.</summary>
    Reader,

    /// <summary>Pulls and pushes.</summary>
    Writer,

    /// <summary>Pulls, pushes and deletes.</summary>
    Maintainer,

    /// <summary>Everything, users and configuration too; it counts for all repositories only.</summary>
    Admin,
}

/// <summary>Whom a rule is about.</summary>
public enum SubjectKind
{
    /// <summary>Whoever asks, with or without a name.</summary>
    Anyone,

    /// <summary>Whoever is signed in.</summary>
    SignedIn,

    /// <summary>The members of a group, which OpenID Connect tells.</summary>
    Group,

    /// <summary>One user.</summary>
    User,
}

/// <summary>One row of the table of permissions. Rules only give: what no rule gives is not allowed.</summary>
/// <param name="Kind">Whom it is about.</param>
/// <param name="Subject">The user's or group's name; empty for the other kinds.</param>
/// <param name="Role">What it gives.</param>
/// <param name="Pattern">For which repositories.</param>
public sealed record AccessRule(SubjectKind Kind, string Subject, Role Role, RepositoryPattern Pattern);
