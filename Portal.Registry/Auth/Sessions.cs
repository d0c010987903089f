using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>
/// Browsers that are signed in. Each has a random text of 256 bits, of which only a hash is kept here. A session ends
/// when it is not used for <c>portal.session.idletimeout</c>, at the age of <c>portal.session.lifetime</c>, when its user
/// is disabled, gone or signed out everywhere, and when it is signed out itself; whoever asks learns that at once.
/// </summary>
public sealed partial class Sessions(
    Accounts accounts, UserDirectory users, AccountActivity activity, AuditTrail audit, LiveConfiguration live, TimeProvider time, ILogger<Sessions> logger)
    : BackgroundService
{
    private const int SecretSize = 32;
    private const int MaxOfOneUser = 100;
    private const int LongestUserAgent = 300;

    /// <summary>How often rows of sessions that have ended are removed, and open pages told.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private SessionConfiguration Bounds => live.Current.Portal.Session;

    /// <summary>Signs a browser in whose user has proved who they are.</summary>
    /// <param name="user">The name, as its source spells it.</param>
    /// <param name="replaced">The session that the browser had until now, which ends; null for none.</param>
    /// <param name="remember">What is to be remembered of the user, from what is (null for nothing); null to leave that.</param>
    /// <returns>The text for the browser's cookie, which is told nobody else.</returns>
    public async Task<string> StartAsync(
        string user, IPAddress? address, string? userAgent, Session? replaced, Func<Account?, Account>? remember, CancellationToken cancellationToken)
    {
        Span<byte> random = stackalloc byte[SecretSize];
        RandomNumberGenerator.Fill(random);
        var secret = Base64Url.EncodeToString(random);
        var now = time.GetUtcNow();
        await accounts.ChangeAsync(
            async store =>
            {
                var known = accounts.Current.Find(user);
                if (remember is not null || known is null)
                {
                    await store.SaveAccountAsync(
                        remember?.Invoke(known) ?? new Account { Name = user, Source = users.FindSource(user) ?? AccountSource.Htpasswd, CreatedAt = now },
                        CancellationToken.None);
                }

                var over = accounts.Current.SessionsOf(user).OrderByDescending(session => session.CreatedAt).Skip(MaxOfOneUser - 1);
                await store.DeleteSessionsAsync(
                    [.. over.Append(replaced).OfType<Session>().Select(session => session.Id)], CancellationToken.None);
                await store.AddSessionAsync(
                    new Session
                    {
                        User = user,
                        Hash = SHA256.HashData(Encoding.ASCII.GetBytes(secret)),
                        CreatedAt = now,
                        LastSeen = now,
                        Address = address?.ToString(),
                        UserAgent = userAgent is { Length: > LongestUserAgent } ? userAgent[..LongestUserAgent] : userAgent,
                    },
                    CancellationToken.None);
            },
            cancellationToken);
        activity.SignedIn(user);
        audit.Add(AuditAction.SignedIn, user, address);
        return secret;
    }

    /// <param name="secret">The text in the browser's cookie.</param>
    /// <returns>Null when it is no session's, or the session has ended.</returns>
    public Session? Find(string? secret)
    {
        return secret is { Length: 43 } && accounts.Current.FindSession(Encoding.ASCII.GetBytes(secret)) is { } session && Holds(session)
            ? session
            : null;
    }

    /// <summary>The session of a number that was taken down when its text was known.</summary>
    /// <returns>Null when the session has ended.</returns>
    public Session? Find(long id) => accounts.Current.FindSession(id) is { } session && Holds(session) ? session : null;

    /// <summary>Notes that its user did something, which is what keeps a session from ending before its time.</summary>
    public void Saw(Session session) => activity.Saw(session);

    /// <summary>The sessions of a user that have not ended, the one that was used last first.</summary>
    public IReadOnlyList<Session> Of(string user) =>
        [.. accounts.Current.SessionsOf(user).Where(Holds).Select(activity.Complete).OrderByDescending(session => session.LastSeen)];

    /// <summary>Signs one browser out.</summary>
    public async Task SignOutAsync(Session session, IPAddress? address, CancellationToken cancellationToken)
    {
        await accounts.ChangeAsync(store => store.DeleteSessionsAsync([session.Id], CancellationToken.None), cancellationToken);
        audit.Add(AuditAction.SignedOut, session.User, address);
    }

    /// <summary>Ends one of a user's sessions from another of the user's browsers.</summary>
    /// <returns>False when the user has no such session.</returns>
    public async Task<bool> EndAsync(string user, long id, IPAddress? address, CancellationToken cancellationToken)
    {
        if (accounts.Current.FindSession(id) is not { } session || session.User != user)
        {
            return false;
        }

        await accounts.ChangeAsync(store => store.DeleteSessionsAsync([id], CancellationToken.None), cancellationToken);
        audit.Add(AuditAction.SessionsEnded, user, address, user, new Reason(AuditNote.OneSession, $"one session"));
        return true;
    }

    /// <summary>Signs a user out of every browser, and makes what was given out to programs until now count no more.</summary>
    /// <param name="actor">Who does it: the user, or an administrator.</param>
    public async Task EndAllAsync(string user, string? actor, IPAddress? address, CancellationToken cancellationToken)
    {
        await accounts.ChangeAsync(
            async store =>
            {
                if (accounts.Current.Find(user) is { } account)
                {
                    await store.SaveAccountAsync(account with { ValidFrom = time.GetUtcNow() }, CancellationToken.None);
                }

                await store.DeleteSessionsAsync([.. accounts.Current.SessionsOf(user).Select(session => session.Id)], CancellationToken.None);
            },
            cancellationToken);
        audit.Add(AuditAction.SessionsEnded, actor, address, user, new Reason(AuditNote.AllSessions, $"all sessions"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RemoveEndedAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // They count for nothing all the same; the next round tries again.
                Log.NotRemoved(logger, exception);
            }
        }
    }

    private async Task RemoveEndedAsync(CancellationToken cancellationToken)
    {
        long[] ended = [.. accounts.Current.Rows.Sessions.Where(session => !Holds(session)).Select(session => session.Id)];
        if (ended.Length > 0)
        {
            await accounts.ChangeAsync(store => store.DeleteSessionsAsync(ended, CancellationToken.None), cancellationToken);
        }
    }

    private bool Holds(Session session)
    {
        var now = time.GetUtcNow();
        return now < session.CreatedAt + Bounds.Lifetime
            && now < activity.Complete(session).LastSeen + Bounds.IdleTimeout
            && accounts.Current.Find(session.User) is { IsDisabled: false } account
            && account.ValidFrom <= session.CreatedAt
            && users.MaySignIn(session.User);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Sessions that have ended could not be removed; it is tried again")]
        public static partial void NotRemoved(ILogger logger, Exception exception);
    }
}
