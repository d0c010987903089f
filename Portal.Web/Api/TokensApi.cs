using Portal.Registry.Auth;
using Portal.Storage.Accounts;

namespace Portal.Web.Api;

/// <summary>Access tokens: one's own, and for administrators those of robots.</summary>
internal sealed class TokensApi(AccessTokens tokens) : ApiResource
{
    public override string Name => "Access tokens";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("listTokens", "users/{user}/tokens", "A user's access tokens, newest first", ApiJson.Default.IReadOnlyListApiToken, List) with
        {
            Note = "One's own, or for administrators anybody's. All at once: nobody has more than 100. An access token lists none.",
        },
        ApiOperation.Change("addToken", HttpMethods.Post, "users/{user}/tokens", "Makes an access token", ApiJson.Default.ApiNewTokenSecret, AddAsync) with
        {
            Status = StatusCodes.Status201Created,
            Note = "For oneself with one's password, or for a robot as an administrator. The secret is in this answer and never told again.",
            Body = ApiJson.Default.ApiNewToken,
            Example = """{"name":"pipeline","role":"reader","repositories":["team/**"],"days":30}""",
        },
        ApiOperation.Do("revokeToken", HttpMethods.Delete, "tokens/{id}", "Takes an access token away: it works no more", RevokeAsync),
    ];

    private Task<IReadOnlyList<ApiToken>?> List(ApiRequest request) =>
        Task.FromResult<IReadOnlyList<ApiToken>?>([.. tokens.List(request.Who, request.InPath("user")).Select(ApiToken.Of)]);

    private async Task<ApiNewTokenSecret?> AddAsync(ApiRequest request)
    {
        var wanted = await request.ReadAsync(ApiJson.Default.ApiNewToken);
        if (wanted.Days < 1 || wanted.Days > AccessTokens.LongestLifetime.TotalDays)
        {
            throw new ApiException($"the field days of the body is a number from 1 to {AccessTokens.LongestLifetime.TotalDays}, or null for ever");
        }

        var created = await tokens.CreateAsync(
            request.Who,
            request.Address,
            new TokenRequest
            {
                User = request.InPath("user"),
                Name = wanted.Name ?? throw new ApiException("the body needs the field name"),
                Role = wanted.Role,
                Patterns = [.. wanted.Repositories?.Select(ApiRule.PatternOf) ?? [RepositoryPattern.All]],
                Lifetime = wanted.Days is { } days ? TimeSpan.FromDays(days) : null,
            },
            request.Aborted);
        request.Locate($"tokens/{created.Token.Id}");
        return new ApiNewTokenSecret { Token = ApiToken.Of(created.Token), Secret = created.Secret };
    }

    private async Task<bool> RevokeAsync(ApiRequest request)
    {
        try
        {
            await tokens.RevokeAsync(request.Who, request.Address, request.Id, request.Aborted);
            return true;
        }
        catch (UserChangeException)
        {
            // There is no such token.
            return false;
        }
    }
}

/// <summary>An access token, without its secret.</summary>
internal sealed record ApiToken
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string User { get; init; }

    /// <summary>What its user calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What it lets through at the most of its user's rights.</summary>
    public required Role Role { get; init; }

    /// <summary>For which repositories, as patterns.</summary>
    public required IReadOnlyList<string> Repositories { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null for never.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>From where it was used last; null for never.</summary>
    public string? LastAddress { get; init; }

    internal static ApiToken Of(AccessToken token) => new()
    {
        Id = token.Id,
        User = token.User,
        Name = token.Name,
        Role = token.Role,
        Repositories = [.. token.Patterns.Select(pattern => pattern.Text)],
        CreatedAt = token.CreatedAt,
        ExpiresAt = token.ExpiresAt,
        LastUsed = token.LastUsed,
        LastAddress = token.LastAddress,
    };
}

/// <summary>An access token to make.</summary>
internal sealed record ApiNewToken
{
    /// <summary>What its user calls it.</summary>
    public string? Name { get; init; }

    /// <summary>What it lets through at the most: reader, writer or maintainer.</summary>
    public Role Role { get; init; }

    /// <summary>For which repositories, as patterns: team/**; all when it is left out.</summary>
    public IReadOnlyList<string>? Repositories { get; init; }

    /// <summary>How many days it works: 90 when it is left out, null for ever.</summary>
    public int? Days { get; init; } = (int)AccessTokens.DefaultLifetime.TotalDays;
}

/// <summary>An access token that was made.</summary>
internal sealed record ApiNewTokenSecret
{
    /// <summary>What lists tell of it.</summary>
    public required ApiToken Token { get; init; }

    /// <summary>What stands in the password's place. It is told now and never again.</summary>
    public required string Secret { get; init; }
}
