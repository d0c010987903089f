using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;

namespace Portal.Web.Api;

/// <summary>The table of permissions, for administrators.</summary>
internal sealed class PermissionsApi(PermissionTable table) : ApiResource
{
    public override string Name => "Permissions";

    public override IEnumerable<ApiOperation> Operations => All.Select(operation => operation with { IsForAdministrators = true });

    private IEnumerable<ApiOperation> All =>
    [
        ApiOperation.Get("getPermissions", "permissions", "The rules, in their order", ApiJson.Default.ApiRules, Get),
        ApiOperation.Change("setPermissions", HttpMethods.Put, "permissions", "Puts other rules in the place of all that are there", ApiJson.Default.ApiRules, SetAsync) with
        {
            Note = "The first rule that bounds signed-in users, and the end of the last one, need an answer. Rules that leave the one who asks no administrator are refused.",
            Body = ApiJson.Default.ApiNewRules,
            Example = """{"rules":[{"kind":"user","subject":"ada","role":"admin","repositories":"**"},{"kind":"signedIn","role":"reader","repositories":"**"}],"answer":"boundSignedIn"}""",
        },
        ApiOperation.Get("explainPermissions", "permissions/explanation", "What somebody may do with a repository, and why", ApiJson.Default.ApiExplanation, Explain) with
        {
            Query =
            [
                new ApiParameter("repository", "Which repository; it need not be there", "team/app") { IsRequired = true },
                new ApiParameter("user", "The user's name; left out for nobody with a name", "ada"),
            ],
        },
    ];

    private Task<ApiRules?> Get(ApiRequest request) => Task.FromResult<ApiRules?>(Read(request));

    private async Task<ApiRules?> SetAsync(ApiRequest request)
    {
        var wanted = await request.ReadAsync(ApiJson.Default.ApiNewRules);
        var rules = ToRules(wanted.Rules ?? throw new ApiException("the body needs the field rules"));
        var before = wanted.Before is { } read ? ToRules(read) : table.Read(request.Who);
        await table.ReplaceAsync(request.Who, request.Address, before, rules, wanted.Answer, request.Aborted);
        return Read(request);
    }

    private Task<ApiExplanation?> Explain(ApiRequest request)
    {
        var repository = RepositoryName.Parse(request.Text("repository") ?? throw new ApiException("the parameter repository is needed: a repository's name"));
        var explanation = table.Explain(request.Who, request.Text("user"), repository);
        return Task.FromResult<ApiExplanation?>(new ApiExplanation
        {
            Actions = RepositoriesApi.Names(explanation.Actions),
            IsDisabled = explanation.IsDisabled,
            Rules = [.. explanation.Rules.Select(rule => ApiRule.Of(rule.Given.Rule))],
        });
    }

    private ApiRules Read(ApiRequest request) => new() { Rules = [.. table.Read(request.Who).Select(ApiRule.Of)] };

    private static List<AccessRule> ToRules(IReadOnlyList<ApiRule?> rules) =>
        [.. rules.Select(rule => rule?.ToRule() ?? throw new ApiException("a rule in the body is null"))];
}

/// <summary>A row of the table of permissions. Rules only give: what no rule gives is not allowed.</summary>
internal sealed record ApiRule
{
    /// <summary>Whom it is about.</summary>
    public SubjectKind Kind { get; init; }

    /// <summary>The user's or group's name; empty for the other kinds.</summary>
    public string? Subject { get; init; }

    /// <summary>What it gives.</summary>
    public Role Role { get; init; }

    /// <summary>For which repositories, as a pattern: team/** is all below team, ** is all.</summary>
    public string? Repositories { get; init; }

    internal static ApiRule Of(AccessRule rule) => new() { Kind = rule.Kind, Subject = rule.Subject, Role = rule.Role, Repositories = rule.Pattern.Text };

    internal static RepositoryPattern PatternOf(string? text) =>
        RepositoryPattern.TryParse(text ?? "", out var pattern, out var problem) ? pattern : throw new ApiException($"the pattern \"{text}\" in the field repositories of the body: {problem}");

    internal AccessRule ToRule() => new(Kind, Subject ?? "", Role, PatternOf(Repositories));
}

/// <summary>The table of permissions.</summary>
internal sealed record ApiRules
{
    /// <summary>In their order.</summary>
    public required IReadOnlyList<ApiRule> Rules { get; init; }
}

/// <summary>Another table of permissions.</summary>
internal sealed record ApiNewRules
{
    /// <summary>All that are to be there.</summary>
    public IReadOnlyList<ApiRule?>? Rules { get; init; }

    /// <summary>The rules that were read before: when others are there by now, nothing is changed. Left out, whatever is there is replaced.</summary>
    public IReadOnlyList<ApiRule?>? Before { get; init; }

    /// <summary>What is agreed to, where signed-in users begin or end to be bounded by rules; null for nothing.</summary>
    public RuleAnswer? Answer { get; init; }
}

/// <summary>What somebody may do with a repository, and why.</summary>
internal sealed record ApiExplanation
{
    /// <summary>What is allowed: pull, push, delete.</summary>
    public required IReadOnlyList<RepositoryActions> Actions { get; init; }

    /// <summary>The user is disabled: nothing is allowed, whatever the rules say.</summary>
    public required bool IsDisabled { get; init; }

    /// <summary>The rules about the repository that give something.</summary>
    public required IReadOnlyList<ApiRule> Rules { get; init; }
}
