using Portal.Registry;
using Portal.Registry.Auth;

namespace Portal.Web.Api;

/// <summary>Who the request is from.</summary>
internal sealed class MeApi(Permissions permissions, Accounts accounts, RegistryPolicy policy) : ApiResource
{
    public override string Name => "Who am I";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("getMe", "me", "Whom the credentials belong to", ApiJson.Default.ApiMe, Get),
    ];

    private Task<ApiMe?> Get(ApiRequest request) => Task.FromResult<ApiMe?>(new ApiMe
    {
        Name = request.Who.Name,
        Credentials = request.Who.Kind,
        AccessToken = request.Who.TokenName,
        IsAdministrator = permissions.IsAdministrator(request.Who),
        WhyNothingIsDeleted = (permissions.WhyNothingChanges(request.Who) ?? policy.WhyNoDeletion)?.ToString(),
        Rules = request.Who is { Name: { } name, Kind: IdentityKind.Password or IdentityKind.Session } && !accounts.Current.IsDisabled(name) ? [.. accounts.Current.RulesFor(name).Select(given => ApiRule.Of(given.Rule))] : [],
    });
}

/// <summary>The one who asks.</summary>
internal sealed record ApiMe
{
    /// <summary>The user's name; null for nobody with a name.</summary>
    public string? Name { get; init; }

    /// <summary>How it was proved: by password, accessToken or session. Anonymous is nobody where names are asked for, everyone is anybody where they are not.</summary>
    public required IdentityKind Credentials { get; init; }

    /// <summary>The name of the access token that was used; null when none was.</summary>
    public string? AccessToken { get; init; }

    /// <summary>Users, permissions, webhooks and figures may be seen and changed. An access token never gives that.</summary>
    public required bool IsAdministrator { get; init; }

    /// <summary>Why nothing can be deleted, whatever rules say, as a sentence; null when it can.</summary>
    public string? WhyNothingIsDeleted { get; init; }

    /// <summary>Every rule that counts for the user. None for an access token, which need not know what else its user may do, and for nobody with a name.</summary>
    public required IReadOnlyList<ApiRule> Rules { get; init; }
}
