using System.Net;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>
/// What administrators do with users. Each call asks the permissions, and each change is in the audit trail. Nobody can
/// lock themselves out here, and what the configuration holds is changed there.
/// </summary>
/// <param name="editor">Null without an <c>htpasswd</c> file: users that are added are the portal's own then.</param>
public sealed class UserAdministration(
    Accounts accounts, UserDirectory users, Permissions permissions, AccountActivity activity, AuditTrail audit, TimeProvider time, HtpasswdEditor? editor)
{
    /// <summary>Why users of the <c>htpasswd</c> file cannot be changed; null when they can, or there is none.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public Reason? WhyReadOnly(Identity by)
    {
        permissions.RequireAdministrator(by);
        return editor?.WhyReadOnly();
    }

    /// <summary>The first lines of the <c>htpasswd</c> file that let nobody in, and how many there are in all.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public (IReadOnlyList<RejectedLine> Lines, int Count) BadLines(Identity by)
    {
        permissions.RequireAdministrator(by);
        return users.File is { } file ? (file.Rejected, file.RejectedCount) : ([], 0);
    }

    /// <summary>Users by name, and how many there are in all.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public RowPage<UserRow> List(Identity by, UserQuery query)
    {
        permissions.RequireAdministrator(by);
        var search = query.Search?.Trim() ?? "";
        var names = users.Names.Where(name => name.Contains(search, StringComparison.OrdinalIgnoreCase)).ToList();
        return new RowPage<UserRow>([.. names.Skip(query.Skip).Take(query.Take).Select(ToRow)], names.Count);
    }

    /// <returns>Null when there is no such user.</returns>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public UserRow? Find(Identity by, string name)
    {
        permissions.RequireAdministrator(by);
        return users.Names.Contains(name) ? ToRow(name) : null;
    }

    /// <summary>Adds a user with a password: to the <c>htpasswd</c> file where there is one.</summary>
    /// <param name="address">The one's who adds; for the audit trail.</param>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    /// <exception cref="UserChangeException">There is such a user, the name or password cannot be used, or the file cannot be written.</exception>
    public async Task AddAsync(Identity by, IPAddress? address, string name, string password, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        RequireNew(name);
        var hash = await HashAsync(password, cancellationToken);
        await ForgetAsync(name, cancellationToken);
        if (editor is not null)
        {
            editor.Add(name, hash);
        }

        await SaveNewAsync(name, editor is null ? AccountSource.Portal : AccountSource.Htpasswd, editor is null ? hash : null);
        audit.Add(AuditAction.UserAdded, by.Name, address, name);
    }

    /// <summary>Adds a user for a program, which has access tokens and no password.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public async Task AddRobotAsync(Identity by, IPAddress? address, string name, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        RequireNew(name);
        await ForgetAsync(name, cancellationToken);
        await SaveNewAsync(name, AccountSource.Robot, hash: null);
        audit.Add(AuditAction.UserAdded, by.Name, address, name, new Reason(AuditNote.Robot, $"a robot"));
    }

    /// <summary>Gives a user another password and ends the user's sessions.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    /// <exception cref="UserChangeException">The user's password is not kept here, cannot be used, or the file cannot be written.</exception>
    public async Task SetPasswordAsync(Identity by, IPAddress? address, string name, string password, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        await ReplacePasswordAsync(name, password, keepSession: null, cancellationToken);
        audit.Add(AuditAction.PasswordChanged, by.Name, address, name);
    }

    /// <summary>Lets nothing of a user in any more: password, tokens and sessions; or lets the user in again.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    /// <exception cref="UserChangeException">It is oneself, or the configuration's administrator, or nobody.</exception>
    public async Task SetDisabledAsync(Identity by, IPAddress? address, string name, bool isDisabled, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        RequireOther(by, name, isDisabled ? AuditAction.UserDisabled : AuditAction.UserEnabled);
        await accounts.ChangeAsync(
            store => SaveAsync(store, name, account => account with { IsDisabled = isDisabled }, endsSessions: isDisabled, keepSession: null),
            cancellationToken);
        audit.Add(isDisabled ? AuditAction.UserDisabled : AuditAction.UserEnabled, by.Name, address, name);
    }

    /// <summary>What would go with a user.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public UserDeletion PlanDeletion(Identity by, string name)
    {
        permissions.RequireAdministrator(by);
        var current = accounts.Current;
        var rules = current.Rows.Rules.Where(rule => rule is { Kind: SubjectKind.User } && rule.Subject == name).ToList();
        return new UserDeletion(
            current.Rows.Tokens.Count(token => token.User == name),
            current.Rows.Sessions.Count(session => session.User == name),
            rules,
            PermissionTable.Opens(current.Rows.Rules, [.. current.Rows.Rules.Except(rules)]));
    }

    /// <summary>Deletes a user with tokens, sessions and own rules, and every line of the user in the <c>htpasswd</c> file.</summary>
    /// <param name="opens">It is known that this takes away the last rule that bounds signed-in users, if it does.</param>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    /// <exception cref="UserChangeException">It is oneself, or the configuration's administrator, or the file cannot be written.</exception>
    public async Task DeleteAsync(Identity by, IPAddress? address, string name, bool opens, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        RequireOther(by, name, AuditAction.UserDeleted);
        var plan = PlanDeletion(by, name);
        if (plan.Opens && !opens)
        {
            throw new UserChangeException(
                UserRefusal.DeletionOpens,
                $"deleting \"{name}\" takes away the last rule that bounds signed-in users: each of them could do everything with every repository; write a rule for signed-in users first, or agree to it");
        }

        // The file first: when it cannot be written, nothing has happened.
        var wasInFile = editor?.Delete(name) is true;
        var isKnown = accounts.Current.Find(name) is not null || plan.Rules.Count > 0;
        if (!wasInFile && !isKnown)
        {
            throw new UserChangeException(UserRefusal.NoUserAnyMore, $"there is no user \"{name}\" any more");
        }

        await accounts.ChangeAsync(store => store.DeleteAccountAsync(name, CancellationToken.None), CancellationToken.None);
        activity.Forget(name);
        audit.Add(AuditAction.UserDeleted, by.Name, address, name, new Reason(AuditNote.WithAllOfUser, $"with {plan.Tokens} tokens, {plan.Sessions} sessions and {plan.Rules.Count} rules"));
    }

    /// <summary>Puts another password in the place of a user's, wherever it is kept, and ends the sessions but one.</summary>
    internal async Task ReplacePasswordAsync(string name, string password, long? keepSession, CancellationToken cancellationToken)
    {
        var source = users.FindSource(name);
        if (source is AccountSource.Configuration or AccountSource.OpenId or AccountSource.Robot || (source is not AccountSource.Portal && editor is null))
        {
            throw source switch
            {
                AccountSource.Configuration => HeldByConfiguration(name),
                AccountSource.OpenId => new UserChangeException(
                    UserRefusal.KeptByOpenId, $"the password of \"{name}\" is kept by the server of OpenID Connect: change it there"),
                AccountSource.Robot => new UserChangeException(UserRefusal.IsRobot, $"\"{name}\" is a robot, which has access tokens and no password"),
                _ => new UserChangeException(UserRefusal.NoUserWithPassword, $"there is no user \"{name}\" with a password"),
            };
        }

        var hash = await HashAsync(password, cancellationToken);
        if (source is not AccountSource.Portal)
        {
            editor!.SetHash(name, hash);
        }

        await accounts.ChangeAsync(
            store => SaveAsync(
                store, name, account => source is AccountSource.Portal ? account with { PasswordHash = hash } : account, endsSessions: true, keepSession),
            CancellationToken.None);
    }

    private static UserChangeException HeldByConfiguration(string name) =>
        new(UserRefusal.HeldByConfiguration, $"\"{name}\" is held by portal.admin of the configuration: change it there");

    private static Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        return UserNames.FindPasswordProblem(password) is { } problem
            ? throw new UserChangeException(UserRefusal.ChooseAnother, $"{problem}: choose another one")
            : Task.Run(() => UserNames.Hash(password), cancellationToken);
    }

    private UserRow ToRow(string name)
    {
        var current = accounts.Current;
        var source = users.FindSource(name) ?? AccountSource.Htpasswd;
        return new UserRow
        {
            Account = activity.Complete(current.Find(name) ?? new Account { Name = name, Source = source }),
            Source = source,
            IsThere = users.IsThere(name),
            IsAdministrator = current.RightsOf(new Identity { Kind = IdentityKind.Session, Name = name }).IsAdministrator,
            Rules = [.. current.RulesFor(name)],
            TokenCount = current.Rows.Tokens.Count(token => token.User == name),
        };
    }

    private void RequireNew(string name)
    {
        if (UserNames.FindProblem(name) is { } problem)
        {
            throw new UserChangeException(UserRefusal.ChooseAnother, $"{problem}: choose another one");
        }

        if (users.IsThere(name))
        {
            throw new UserChangeException(UserRefusal.NameTaken, $"there is a user \"{name}\" already: choose another name");
        }
    }

    private void RequireOther(Identity by, string name, AuditAction act)
    {
        if (users.FindSource(name) is AccountSource.Configuration)
        {
            throw HeldByConfiguration(name);
        }

        if (by.Name == name)
        {
            throw act switch
            {
                AuditAction.UserDisabled => new UserChangeException(UserRefusal.DisablesSelf, $"you cannot disable yourself: another administrator can"),
                AuditAction.UserEnabled => new UserChangeException(UserRefusal.EnablesSelf, $"you cannot enable yourself: another administrator can"),
                _ => new UserChangeException(UserRefusal.DeletesSelf, $"you cannot delete yourself: another administrator can"),
            };
        }

        if (act is not AuditAction.UserDeleted && !users.IsThere(name))
        {
            throw new UserChangeException(UserRefusal.NoUserAnyMore, $"there is no user \"{name}\" any more");
        }
    }

    /// <summary>What was given out to somebody of that name who is gone must not come to life again.</summary>
    private async Task ForgetAsync(string name, CancellationToken cancellationToken)
    {
        if (accounts.Current.Find(name) is null)
        {
            return;
        }

        await accounts.ChangeAsync(
            async store =>
            {
                foreach (var token in accounts.Current.Rows.Tokens.Where(token => token.User == name))
                {
                    await store.DeleteTokenAsync(token.Id, CancellationToken.None);
                }

                await store.DeleteSessionsAsync([.. accounts.Current.Rows.Sessions.Where(session => session.User == name).Select(session => session.Id)], CancellationToken.None);
            },
            cancellationToken);
    }

    private Task SaveNewAsync(string name, AccountSource source, string? hash)
    {
        var now = time.GetUtcNow();
        activity.Forget(name);
        return accounts.ChangeAsync(
            store => store.SaveAccountAsync(
                new Account { Name = name, Source = source, PasswordHash = hash, CreatedAt = now, ValidFrom = now }, CancellationToken.None),
            CancellationToken.None);
    }

    private async Task SaveAsync(AccountStore store, string name, Func<Account, Account> change, bool endsSessions, long? keepSession)
    {
        var now = time.GetUtcNow();
        var current = accounts.Current;
        var account = activity.Complete(current.Find(name)
            ?? new Account { Name = name, Source = users.FindSource(name) ?? AccountSource.Htpasswd, CreatedAt = now });
        await store.SaveAccountAsync(change(endsSessions ? account with { ValidFrom = now } : account), CancellationToken.None);
        if (!endsSessions)
        {
            return;
        }

        var sessions = current.Rows.Sessions.Where(session => session.User == name).ToList();
        await store.DeleteSessionsAsync([.. sessions.Select(session => session.Id)], CancellationToken.None);
        if (sessions.Find(session => session.Id == keepSession) is { } kept)
        {
            // Begun anew, so that it is not from before what counts.
            await store.AddSessionAsync(kept with { CreatedAt = now }, CancellationToken.None);
        }
    }
}
