using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;

namespace Portal.Web.Api;

/// <summary>The own account of who asks with a password, or reads in a signed-in browser. An access token knows nothing of it.</summary>
internal sealed class AccountApi(Sessions sessions, OwnPassword password) : ApiResource
{
    public override string Name => "Your account";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("listSessions", "me/sessions", "Browsers that are signed in with your name, the one that was used last first", ApiJson.Default.IReadOnlyListApiSession, request =>
            Task.FromResult<IReadOnlyList<ApiSession>?>([.. sessions.Of(NameOf(request)).Select(ApiSession.Of)])),
        ApiOperation.Do("endSession", HttpMethods.Delete, "me/sessions/{id}", "Signs a browser out", request =>
            sessions.EndAsync(NameOf(request), request.Id, request.Address, request.Aborted)),
        ApiOperation.Do("endSessions", HttpMethods.Delete, "me/sessions", "Signs every browser out, and ends what programs were given with your password", EndAllAsync) with
        {
            Note = "Access tokens stay: revokeToken ends one.",
        },
        ApiOperation.Do("setOwnPassword", HttpMethods.Put, "me/password", "Gives yourself another password, and ends your sessions", SetPasswordAsync) with
        {
            Body = ApiJson.Default.ApiOwnPassword,
            Example = """{"current":"the sentence of now","next":"a long sentence that nobody guesses"}""",
        },
    ];

    private async Task<bool> EndAllAsync(ApiRequest request)
    {
        var name = NameOf(request);
        await sessions.EndAllAsync(name, name, request.Address, request.Aborted);
        return true;
    }

    private async Task<bool> SetPasswordAsync(ApiRequest request)
    {
        _ = NameOf(request);
        var wanted = await request.ReadAsync(ApiJson.Default.ApiOwnPassword);
        await password.ChangeAsync(request.Who, request.Address, wanted.Current, wanted.Next, keepSession: null, request.Aborted);
        return true;
    }

    private static string NameOf(ApiRequest request) => request.Who is { Name: { } name, Kind: IdentityKind.Password or IdentityKind.Session }
        ? name
        : throw new OciException(ErrorCode.Denied, "an account is its user's own: ask with your name and your password");
}

/// <summary>A browser that is signed in.</summary>
internal sealed record ApiSession
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>When it signed in.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was seen last.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>From where it signed in; null when it is not known.</summary>
    public string? Address { get; init; }

    /// <summary>What it calls itself; null for nothing.</summary>
    public string? UserAgent { get; init; }

    internal static ApiSession Of(Session session) => new()
    {
        Id = session.Id,
        CreatedAt = session.CreatedAt,
        LastSeen = session.LastSeen,
        Address = session.Address,
        UserAgent = session.UserAgent,
    };
}

/// <summary>Another password for who asks.</summary>
internal sealed record ApiOwnPassword
{
    /// <summary>The password of now, once more.</summary>
    public required string Current { get; init; }

    /// <summary>The one from now on.</summary>
    public required string Next { get; init; }
}
