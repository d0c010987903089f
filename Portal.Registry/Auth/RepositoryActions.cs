using Portal.Storage.Accounts;

namespace Portal.Registry.Auth;

/// <summary>What can be done with a repository, as tokens name it.</summary>
[Flags]
public enum RepositoryActions
{
    None = 0,
    Pull = 1,
    Push = 2,
    Delete = 4,
    All = Pull | Push | Delete,
}

/// <summary>The actions' names in scopes, and what roles allow.</summary>
public static class RepositoryActionNames
{
    /// <summary>What a role allows.</summary>
    public static RepositoryActions Of(Role role) => role switch
    {
        Role.Reader => RepositoryActions.Pull,
        Role.Writer => RepositoryActions.Pull | RepositoryActions.Push,
        _ => RepositoryActions.All,
    };

    /// <summary>The action that a scope's word means: <c>*</c> is every one, and what nobody knows is none.</summary>
    public static RepositoryActions Parse(ReadOnlySpan<char> word) => word switch
    {
        "pull" => RepositoryActions.Pull,
        "push" => RepositoryActions.Push,
        "delete" => RepositoryActions.Delete,
        "*" => RepositoryActions.All,
        _ => RepositoryActions.None,
    };

    /// <summary>As in a scope: <c>pull,push</c>.</summary>
    public static string Format(RepositoryActions actions) => actions switch
    {
        RepositoryActions.Pull => "pull",
        RepositoryActions.Pull | RepositoryActions.Push => "pull,push",
        RepositoryActions.Delete => "delete",
        _ => string.Join(',', new[] { RepositoryActions.Pull, RepositoryActions.Push, RepositoryActions.Delete }
            .Where(action => actions.HasFlag(action)).Select(action => action.ToString().ToLowerInvariant())),
    };
}
