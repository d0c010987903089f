using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Storage.Accounts;

namespace Portal.Registry.Auth;

/// <summary>
/// When users, tokens and sessions were last seen: noted in memory by the requests, and written down now and then. What a crash
/// loses of it is half a minute.
/// </summary>
public sealed partial class AccountActivity(Accounts accounts, UserDirectory users, TimeProvider time, ILogger<AccountActivity> logger) : BackgroundService
{
    private const int MaxRemembered = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, UserActivity> _users = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, AccessToken> _tokens = new();
    private readonly ConcurrentDictionary<long, Session> _sessions = new();

    /// <summary>Notes an allowed request.</summary>
    public void Saw(Identity who, Access access)
    {
        if (who is { Name: { } name, Kind: not IdentityKind.ForeignBearer } && access.Kind is AccessKind.Repository && Of(name) is { } user)
        {
            var now = time.GetUtcNow();
            if (access.Actions is RepositoryActions.Pull)
            {
                user.LastPull = now;
            }
            else if (access.Actions.HasFlag(RepositoryActions.Push))
            {
                user.LastPush = now;
            }
        }
    }

    /// <summary>Notes a sign-in to the pages.</summary>
    public void SignedIn(string name)
    {
        if (Of(name) is { } user)
        {
            user.LastSignIn = time.GetUtcNow();
        }
    }

    /// <summary>Notes that a token was used.</summary>
    public void Used(AccessToken token, IPAddress? address)
    {
        _tokens[token.Id] = token with { LastUsed = time.GetUtcNow(), LastAddress = address?.ToString() };
    }

    /// <summary>Notes that a session's user did something.</summary>
    public void Saw(Session session) => _sessions[session.Id] = session with { LastSeen = time.GetUtcNow() };

    /// <summary>What is known of a session, with what is not written down yet.</summary>
    public Session Complete(Session session) => _sessions.TryGetValue(session.Id, out var seen) ? session with { LastSeen = seen.LastSeen } : session;

    /// <summary>What is known of a user, with what is not written down yet.</summary>
    public Account Complete(Account account)
    {
        return _users.TryGetValue(account.Name, out var user) ? user.AddTo(account) : account;
    }

    /// <summary>What is known of a token, with what is not written down yet.</summary>
    public AccessToken Complete(AccessToken token) => _tokens.TryGetValue(token.Id, out var used)
        ? token with { LastUsed = used.LastUsed, LastAddress = used.LastAddress }
        : token;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryFlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The last of it is written by the stop.
        }
    }

    private async Task TryFlushAsync()
    {
        try
        {
            await FlushAsync();
        }
        catch (Exception exception)
        {
            // The next round tries again; a full disk must not end the registry.
            Log.NotWritten(logger, exception);
        }
    }

    private async Task FlushAsync()
    {
        var seen = _users.Where(pair => pair.Value.TakeChanged()).ToList();
        var used = _tokens.ToList();
        var open = _sessions.ToList();
        if (seen.Count == 0 && used.Count == 0 && open.Count == 0)
        {
            return;
        }

        var current = accounts.Current;
        var all = seen.Select(pair => pair.Value.AddTo(current.Find(pair.Key) ?? new Account
        {
            Name = pair.Key,
            Source = users.FindSource(pair.Key) ?? AccountSource.Htpasswd,
            CreatedAt = time.GetUtcNow(),
        })).ToList();
        await accounts.ChangeAsync(
            async store =>
            {
                foreach (var account in all.Where(account => current.Find(account.Name) is null))
                {
                    await store.SaveAccountAsync(account, CancellationToken.None);
                }

                await store.RecordUseAsync(all, [.. used.Select(pair => pair.Value)], [.. open.Select(pair => pair.Value)], CancellationToken.None);
            },
            CancellationToken.None);
        foreach (var pair in used)
        {
            _tokens.TryRemove(pair);
        }

        foreach (var pair in open)
        {
            _sessions.TryRemove(pair);
        }
    }

    /// <returns>Null when more users are remembered than there is room for.</returns>
    private UserActivity? Of(string name)
    {
        return _users.TryGetValue(name, out var user) || _users.Count >= MaxRemembered ? user : _users.GetOrAdd(name, _ => new UserActivity());
    }

    private sealed class UserActivity
    {
        private long _pull;
        private long _push;
        private long _signIn;
        private bool _isChanged;

        public DateTimeOffset LastPull { set => Note(ref _pull, value); }

        public DateTimeOffset LastPush { set => Note(ref _push, value); }

        public DateTimeOffset LastSignIn { set => Note(ref _signIn, value); }

        public bool TakeChanged() => Interlocked.Exchange(ref _isChanged, false);

        public Account AddTo(Account account) => account with
        {
            LastPull = Read(ref _pull) ?? account.LastPull,
            LastPush = Read(ref _push) ?? account.LastPush,
            LastSignIn = Read(ref _signIn) ?? account.LastSignIn,
        };

        private void Note(ref long ticks, DateTimeOffset time)
        {
            Interlocked.Exchange(ref ticks, time.UtcTicks);
            Volatile.Write(ref _isChanged, true);
        }

        private static DateTimeOffset? Read(ref long ticks)
        {
            return Interlocked.Read(ref ticks) is var value and not 0 ? new DateTimeOffset(value, TimeSpan.Zero) : null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "When users and tokens were last seen could not be written down; it is tried again")]
        public static partial void NotWritten(ILogger logger, Exception exception);
    }
}
