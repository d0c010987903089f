using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>
/// Who may do what: the one evaluator of the one table of rules. The protocol, the pages and the token server ask here.
/// </summary>
/// <remarks>
/// As long as no rule is written but those that name administrators, every signed-in user may do everything with
/// repositories, as with <c>registry:2</c>. A signed token of a server elsewhere, <c>auth.silly</c> and a registry without
/// sign-in have no rules; but in the pages of such a registry nobody without a name changes anything, other than a browser
/// on the machine itself as long as no administrator is named.
/// </remarks>
public sealed class Permissions(Accounts accounts)
{
    /// <summary>Whether it may be done.</summary>
    public bool Allows(Identity who, Access access) => access.Kind switch
    {
        AccessKind.Open => true,
        AccessKind.SignedIn => who.Kind is not IdentityKind.Anonymous,
        AccessKind.Catalog => SeesCatalog(who),
        _ => (access.Actions & ~On(who, access.Repository)) == 0,
    };

    /// <summary>Everything that may be done with a repository.</summary>
    public RepositoryActions On(Identity who, RepositoryName repository)
    {
        if (who is { Kind: IdentityKind.Everyone, IsAtPages: true })
        {
            return IsAdministrator(who) ? RepositoryActions.All : RepositoryActions.Pull;
        }

        var name = repository.ToString();
        var actions = who.Granted?.On(name) ?? RepositoryActions.All;
        if (who.Limit is { } limit)
        {
            actions &= limit.On(name);
        }

        return actions == 0 ? actions : actions & RightsOf(who).On(name);
    }

    /// <summary>Whether there is anything for somebody in the pages; if not, the way in is shown.</summary>
    public bool LetsIn(Identity who) => who.IsSignedIn || SeesCatalog(who);

    /// <summary>Which repositories may be seen in lists: those that may be pulled from.</summary>
    public RepositoryFilter Visible(Identity who)
    {
        var visible = RightsOf(who).Visible;
        return who.Limit is { } limit ? visible.And(limit.Visible) : visible;
    }

    /// <summary>Whether anybody is named as administrator.</summary>
    public bool HasAdministrator => accounts.Current.HasAdministrator;

    /// <summary>Whether users, permissions and configuration may be seen and changed.</summary>
    public bool IsAdministrator(Identity who) => IsAdministrator(who, accounts.Current);

    /// <summary>What may be done with a repository, and which rules give it.</summary>
    /// <param name="name">A user's name; null for somebody without one.</param>
    public Explanation Explain(string? name, RepositoryName repository)
    {
        var current = accounts.Current;
        var rules = current.RulesFor(name).Where(given => given.Rule.Pattern.Matches(repository.ToString()));
        return new Explanation(
            On(name is null ? Identity.Anonymous : new Identity { Kind = IdentityKind.Password, Name = name }, repository),
            name is not null && current.IsDisabled(name),
            [.. rules.Select(given => new ExplainedRule(given, RepositoryActionNames.Of(given.Rule.Role)))]);
    }

    /// <summary>Whether it would be an administrator with these rules.</summary>
    internal static bool IsAdministrator(Identity who, AccountSnapshot accounts)
    {
        return who.Kind is IdentityKind.Session or IdentityKind.Password or IdentityKind.Certificate
            ? who.Name is not null && accounts.RightsOf(who).IsAdministrator
            : who is { Kind: IdentityKind.Everyone, IsLocal: true } && !accounts.HasAdministrator;
    }

    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public void RequireAdministrator(Identity who)
    {
        if (!IsAdministrator(who))
        {
            throw new OciException(
                ErrorCode.Denied,
                new Reason(UserRefusal.AdministratorsOnly, $"{Describe(who)} may not do this: users and permissions are for administrators"));
        }
    }

    /// <exception cref="OciException">DENIED: it may not be done.</exception>
    public void Require(Identity who, RepositoryName repository, RepositoryActions actions)
    {
        if (!Allows(who, new Access(AccessKind.Repository, repository, actions)))
        {
            throw who is { Kind: IdentityKind.Everyone, IsAtPages: true }
                ? new OciException(ErrorCode.Denied, WhyNothingChanges(who)!)
                : Denied(who, new Access(AccessKind.Repository, repository, actions));
        }
    }

    /// <summary>Why somebody without a name cannot change anything in the pages, as a sentence; null for others, or when that one can.</summary>
    public Reason? WhyNothingChanges(Identity who) => who is not { Kind: IdentityKind.Everyone, IsAtPages: true } || IsAdministrator(who)
        ? null
        : accounts.Current.HasAdministrator
            ? new Reason(UserRefusal.OnlySignedIn, $"Only who is signed in can change anything in these pages.")
            : new Reason(
                UserRefusal.NoAdministratorYet,
                $"Nobody is an administrator yet: until somebody is, these pages change something only for a browser on the machine itself. The registry's log tells how to name the first administrator.");

    /// <summary>The error for somebody who may not.</summary>
    internal static OciException Denied(Identity who, Access access)
    {
        return new OciException(
            ErrorCode.Denied,
            new Reason(UserRefusal.NotAllowed, $"{Describe(who)} may not do this: an administrator can change the permissions"),
            ("access", access.Scope ?? ""));
    }

    private static Reason Describe(Identity who)
    {
        return who.Name is null ? new Reason(UserRefusal.Anonymous, $"anonymous users")
            : who.TokenName is null ? new Reason(UserRefusal.ForUser, $"\"{who.Name}\"")
            : new Reason(UserRefusal.WithToken, $"\"{who.Name}\" with the token \"{who.TokenName}\"");
    }

    private bool SeesCatalog(Identity who)
    {
        return who.Granted?.SeesCatalog is not false && who.Limit?.SeesCatalog is not false && RightsOf(who).SeesCatalog;
    }

    private Rights RightsOf(Identity who) => who.Kind switch
    {
        IdentityKind.Everyone or IdentityKind.ForeignBearer or IdentityKind.Silly => Rights.AllRepositories,
        _ => accounts.Current.RightsOf(who),
    };
}
