using Portal.Storage.Accounts;
using Portal.Storage.Metadata;

namespace Portal.Registry.Auth;

/// <summary>Some actions on some repositories.</summary>
/// <param name="Class">Of repositories of this class alone (a token's <c>repository(class)</c>); null for any.</param>
public readonly record struct Grant(RepositoryPattern Pattern, RepositoryActions Actions, string? Class = null);

/// <summary>What somebody's rules, or a token, allow. It never changes.</summary>
public sealed class Rights
{
    private readonly Grant[] _grants;

    /// <param name="grants">What is allowed; together, so that one may give pull and another one push.</param>
    /// <param name="isAdministrator">Users and configuration too.</param>
    /// <param name="seesCatalog">The list of repositories.</param>
    public Rights(IEnumerable<Grant> grants, bool isAdministrator, bool seesCatalog)
    {
        _grants = [.. grants];
        IsAdministrator = isAdministrator;
        SeesCatalog = seesCatalog;
        Visible = RepositoryFilter.Of([.. _grants.Where(grant => grant.Actions.HasFlag(RepositoryActions.Pull)).Select(grant => grant.Pattern)]);
    }

    /// <summary>Everything.</summary>
    public static Rights All { get; } = new([new Grant(RepositoryPattern.All, RepositoryActions.All)], isAdministrator: true, seesCatalog: true);

    /// <summary>Every action on every repository, and no administration.</summary>
    public static Rights AllRepositories { get; } = new([new Grant(RepositoryPattern.All, RepositoryActions.All)], isAdministrator: false, seesCatalog: true);

    /// <summary>Nothing.</summary>
    public static Rights None { get; } = new([], isAdministrator: false, seesCatalog: false);

    public bool IsAdministrator { get; }

    public bool SeesCatalog { get; }

    public IReadOnlyList<Grant> Grants => _grants;

    /// <summary>The repositories of which pulling is allowed.</summary>
    public RepositoryFilter Visible { get; }

    /// <summary>What is allowed with a repository. Allocates nothing.</summary>
    public RepositoryActions On(ReadOnlySpan<char> repository)
    {
        var actions = RepositoryActions.None;
        foreach (var grant in _grants)
        {
            if ((grant.Actions & ~actions) != 0 && grant.Pattern.Matches(repository))
            {
                actions |= grant.Actions;
            }
        }

        return actions;
    }
}
