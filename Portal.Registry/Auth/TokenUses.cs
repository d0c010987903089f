using System.Net;
using Portal.Storage.Accounts;
using Portal.Storage.Blobs;

namespace Portal.Registry.Auth;

/// <summary>Tells the audit trail that a token was used: once for each token, address and day, since a pull is many requests.</summary>
public sealed class TokenUses(AuditTrail audit, TimeProvider time)
{
    private const int Remembered = 10_000;

    private readonly BoundedCache<(long Token, IPAddress? Address), DateOnly> _told = new(Remembered, _ => 1);

    /// <summary>Notes that a token let somebody in.</summary>
    public void Note(AccessToken token, IPAddress? address)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (_told.TryGet((token.Id, address), out var day) && day == today)
        {
            return;
        }

        _told.Set((token.Id, address), today);
        audit.Add(AuditAction.TokenUsed, token.User, address, AccessTokens.NameOf(token));
    }
}
