using System.Net;

namespace Portal.Registry.Configuration;

/// <summary>The <c>portal.openid</c> section: a server elsewhere that says who somebody is (OpenID Connect Core 1.0).</summary>
public sealed record OpenIdConfiguration
{
    /// <summary>The address below which <c>.well-known/openid-configuration</c> is.</summary>
    public Uri? Issuer { get; init; }

    /// <summary>By which the server knows these pages.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Null for a public client, which proves itself by PKCE alone.</summary>
    public Secret? ClientSecret { get; init; }

    /// <summary>What the server is asked to tell; <c>openid</c> and <c>profile</c> unless set.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["openid", "profile"];

    /// <summary>The claim with the user's name here; <c>preferred_username</c> unless set.</summary>
    public string NameClaim { get; init; } = "preferred_username";

    /// <summary>The claim with the names of the user's groups; <c>groups</c> unless set.</summary>
    public string GroupsClaim { get; init; } = "groups";

    /// <summary>Groups whose members are administrators.</summary>
    public IReadOnlyList<string> AdminGroups { get; init; } = [];

    /// <summary>What the button says.</summary>
    public string Title { get; init; } = "Sign in with OpenID Connect";

    internal static OpenIdConfiguration Read(SectionReader openId)
    {
        var defaults = new OpenIdConfiguration();
        var issuer = openId.Url("issuer", "https://login.example.com");
        if (issuer is { Scheme: "http" } && !(issuer.Host == "localhost" || (IPAddress.TryParse(issuer.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))))
        {
            openId.Error("issuer", SettingProblem.IssuerWithoutTls, $"is not https, so that anybody on the way could say who somebody is; only a server on this machine may be asked without TLS");
        }

        var scopes = openId.TextList("scopes");
        return new OpenIdConfiguration
        {
            Issuer = issuer,
            ClientId = openId.Text("clientid") ?? "",
            ClientSecret = openId.Secret("clientsecret"),
            Scopes = scopes.Count == 0 ? defaults.Scopes : scopes,
            NameClaim = openId.Text("nameclaim") ?? defaults.NameClaim,
            GroupsClaim = openId.Text("groupsclaim") ?? defaults.GroupsClaim,
            AdminGroups = openId.TextList("admingroups"),
            Title = openId.Text("title") ?? defaults.Title,
        };
    }
}
