using Portal.Registry.Auth;
using Portal.Storage.Accounts;

namespace Portal.Web.Api;

/// <summary>The audit trail, for administrators.</summary>
internal sealed class AuditApi(AuditLog log) : ApiResource
{
    public override string Name => "Audit";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.List(
            "listAudit",
            "audit",
            "Who did what to users, permissions, tokens, contents and the configuration, newest first",
            ApiJson.Default.ApiListApiAuditEntry,
            ListAsync,
            ApiParameter.Search with { Description = "A part of user, address, target or detail", Example = "robot" },
            ApiParameter.Choice<AuditAction>("action", "Of this kind alone"),
            new ApiParameter("actor", "Of exactly this user", "ada"),
            ApiParameter.From,
            ApiParameter.Until) with
        {
            IsForAdministrators = true,
            Note = $"All of it as CSV is at /{PortalUrls.AuditFile}.",
        },
    ];

    private async Task<ApiList<ApiAuditEntry>?> ListAsync(ApiRequest request)
    {
        var query = new AuditQuery
        {
            Search = request.Text("q"),
            Action = request.Choice<AuditAction>("action"),
            Actor = request.Text("actor"),
            From = request.From,
            Until = request.Until,
            Skip = request.Skip,
            Take = request.Limit,
        };
        return request.Page(await log.FindAsync(request.Who, query, request.Aborted), ToAnswer);
    }

    private static ApiAuditEntry ToAnswer(AuditEntry entry) => new()
    {
        Id = entry.Id,
        Time = entry.Time,
        Action = entry.Action,
        Actor = entry.Actor,
        Address = entry.Address,
        Target = entry.Target,
        Detail = entry.Detail?.ToString() ?? "",
    };
}

/// <summary>A line of the audit trail.</summary>
internal sealed record ApiAuditEntry
{
    /// <summary>Its number; newer ones are greater.</summary>
    public required long Id { get; init; }

    /// <summary>When it was done.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What was done.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>Who did it or tried to; null for nobody with a name.</summary>
    public string? Actor { get; init; }

    /// <summary>Where from; null when it is not known.</summary>
    public string? Address { get; init; }

    /// <summary>What it was done to: a user, a repository with tag or digest, a token's name.</summary>
    public required string Target { get; init; }

    /// <summary>What else there is to tell.</summary>
    public required string Detail { get; init; }
}
