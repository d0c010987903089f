using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.Accounts;

/// <summary>Users, permissions, tokens and sessions in the database. Each call is one transaction that is on disk when it returns.</summary>
public sealed class AccountStore(IDbContextFactory<AccountsDbContext> contexts, AccountsDatabase database) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private bool _isReady;

    /// <summary>Everything but the audit trail.</summary>
    public async Task<AccountRows> LoadAsync(CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        var accounts = await context.Accounts.AsNoTracking().OrderBy(row => row.Name).ToListAsync(cancellationToken);
        var rules = await context.Rules.AsNoTracking().OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var tokens = await context.Tokens.AsNoTracking().ToListAsync(cancellationToken);
        var sessions = await context.Sessions.AsNoTracking().ToListAsync(cancellationToken);
        var names = accounts.ToDictionary(row => row.Id, row => row.Name);
        return new AccountRows(
            [.. accounts.Select(ToAccount)],
            [.. rules.Select(row => new AccessRule(row.Kind, row.Subject, row.Role, RepositoryPattern.Parse(row.Pattern)))],
            [.. tokens.Select(row => ToToken(row, names[row.AccountId]))],
            [.. sessions.Select(row => ToSession(row, names[row.AccountId]))]);
    }

    /// <summary>Adds a user or replaces what is known of one.</summary>
    public async Task SaveAccountAsync(Account account, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        var row = await context.Accounts.FirstOrDefaultAsync(row => row.Name == account.Name, cancellationToken)
            ?? context.Accounts.Add(new AccountEntity { Name = account.Name }).Entity;
        row.Source = account.Source;
        row.PasswordHash = account.PasswordHash;
        row.IsDisabled = account.IsDisabled;
        row.ValidFrom = account.ValidFrom;
        row.CreatedAt = account.CreatedAt;
        row.LastSignIn = account.LastSignIn;
        row.LastPull = account.LastPull;
        row.LastPush = account.LastPush;
        row.Groups = [.. account.Groups];
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Removes a user with tokens, sessions and own rules.</summary>
    public async Task DeleteAccountAsync(string name, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Tokens.Where(row => context.Accounts.Any(account => account.Id == row.AccountId && account.Name == name)).ExecuteDeleteAsync(cancellationToken);
        await context.Sessions.Where(row => context.Accounts.Any(account => account.Id == row.AccountId && account.Name == name)).ExecuteDeleteAsync(cancellationToken);
        await context.Rules.Where(row => row.Kind == SubjectKind.User && row.Subject == name).ExecuteDeleteAsync(cancellationToken);
        await context.Accounts.Where(row => row.Name == name).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Puts a whole table of permissions in the place of the one that is there.</summary>
    public async Task ReplaceRulesAsync(IReadOnlyList<AccessRule> rules, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Rules.ExecuteDeleteAsync(cancellationToken);
        context.Rules.AddRange(rules.Select(rule => new RuleEntity
        {
            Kind = rule.Kind,
            Subject = rule.Subject,
            Role = rule.Role,
            Pattern = rule.Pattern.Text,
        }));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Adds a token of a user who is there.</summary>
    /// <returns>The token with its number.</returns>
    public async Task<AccessToken> AddTokenAsync(AccessToken token, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        var row = context.Tokens.Add(new TokenEntity
        {
            AccountId = await FindIdAsync(context, token.User, cancellationToken),
            Name = token.Name,
            Hash = token.Hash,
            Role = token.Role,
            Patterns = [.. token.Patterns.Select(pattern => pattern.Text)],
            CreatedAt = token.CreatedAt,
            ExpiresAt = token.ExpiresAt,
        }).Entity;
        await context.SaveChangesAsync(cancellationToken);
        return token with { Id = row.Id };
    }

    public async Task DeleteTokenAsync(long id, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        await context.Tokens.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
    }

    /// <param name="session">With the number 0 it gets one; one that ended keeps its own when it begins anew.</param>
    /// <returns>The session with its number.</returns>
    public async Task<Session> AddSessionAsync(Session session, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        var row = context.Sessions.Add(new SessionEntity
        {
            Id = session.Id,
            AccountId = await FindIdAsync(context, session.User, cancellationToken),
            Hash = session.Hash,
            CreatedAt = session.CreatedAt,
            LastSeen = session.LastSeen,
            Address = session.Address,
            UserAgent = session.UserAgent,
        }).Entity;
        await context.SaveChangesAsync(cancellationToken);
        return session with { Id = row.Id };
    }

    public async Task DeleteSessionsAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        await context.Sessions.Where(row => ids.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Writes down when users, tokens and sessions were last seen. What is gone meanwhile is passed over.</summary>
    public async Task RecordUseAsync(
        IReadOnlyCollection<Account> accounts, IReadOnlyCollection<AccessToken> tokens, IReadOnlyCollection<Session> sessions, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (var account in accounts)
        {
            await context.Accounts.Where(row => row.Name == account.Name).ExecuteUpdateAsync(
                row => row
                    .SetProperty(entity => entity.LastSignIn, account.LastSignIn)
                    .SetProperty(entity => entity.LastPull, account.LastPull)
                    .SetProperty(entity => entity.LastPush, account.LastPush),
                cancellationToken);
        }

        foreach (var token in tokens)
        {
            await context.Tokens.Where(row => row.Id == token.Id).ExecuteUpdateAsync(
                row => row.SetProperty(entity => entity.LastUsed, token.LastUsed).SetProperty(entity => entity.LastAddress, token.LastAddress),
                cancellationToken);
        }

        foreach (var session in sessions)
        {
            await context.Sessions.Where(row => row.Id == session.Id).ExecuteUpdateAsync(
                row => row.SetProperty(entity => entity.LastSeen, session.LastSeen), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>A context of a file that is there and of this version.</summary>
    internal async Task<AccountsDbContext> OpenAsync(CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _isReady))
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                if (!_isReady)
                {
                    await database.MigrateAsync(cancellationToken);
                    Volatile.Write(ref _isReady, true);
                }
            }
            finally
            {
                _turn.Release();
            }
        }

        return await contexts.CreateDbContextAsync(cancellationToken);
    }

    private static async Task<long> FindIdAsync(AccountsDbContext context, string user, CancellationToken cancellationToken)
    {
        return await context.Accounts.Where(row => row.Name == user).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellationToken)
            ?? throw new InvalidOperationException($"there is no user {user}");
    }

    private static Account ToAccount(AccountEntity row) => new()
    {
        Name = row.Name,
        Source = row.Source,
        PasswordHash = row.PasswordHash,
        IsDisabled = row.IsDisabled,
        ValidFrom = row.ValidFrom,
        CreatedAt = row.CreatedAt,
        LastSignIn = row.LastSignIn,
        LastPull = row.LastPull,
        LastPush = row.LastPush,
        Groups = row.Groups,
    };

    private static AccessToken ToToken(TokenEntity row, string user) => new()
    {
        Id = row.Id,
        User = user,
        Name = row.Name,
        Hash = row.Hash,
        Role = row.Role,
        Patterns = [.. row.Patterns.Select(RepositoryPattern.Parse)],
        CreatedAt = row.CreatedAt,
        ExpiresAt = row.ExpiresAt,
        LastUsed = row.LastUsed,
        LastAddress = row.LastAddress,
    };

    private static Session ToSession(SessionEntity row, string user) => new()
    {
        Id = row.Id,
        User = user,
        Hash = row.Hash,
        CreatedAt = row.CreatedAt,
        LastSeen = row.LastSeen,
        Address = row.Address,
        UserAgent = row.UserAgent,
    };
}

/// <summary>What the database holds beside the audit trail.</summary>
public sealed record AccountRows(
    IReadOnlyList<Account> Accounts, IReadOnlyList<AccessRule> Rules, IReadOnlyList<AccessToken> Tokens, IReadOnlyList<Session> Sessions);
