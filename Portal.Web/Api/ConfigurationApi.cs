using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Storage.Metadata;
using Portal.Web.Hosting;

namespace Portal.Web.Api;

/// <summary>The configuration for administrators: what is in force, the file's text, its history, and a way to change it.</summary>
internal sealed class ConfigurationApi(ApiConfigurationFile file, RunningConfiguration running) : ApiResource
{
    private const string Path = "configuration";

    private const string Save = "The text that was is kept as a version. What the answer names in restart counts after a restart inside the process, which begins now and loses no request; "
        + "lastRestart of getConfiguration tells how that ended. When somebody else changed the file since the version, or a question of checkConfiguration is not agreed to, nothing is saved and the answer is 409.";

    public override string Name => "Configuration";

    public override IEnumerable<ApiOperation> Operations => All.Select(operation => operation with { IsForAdministrators = true });

    private IEnumerable<ApiOperation> All =>
    [
        ApiOperation.Get("getConfiguration", Path, "The text of config.yml, and what is wrong with it", ApiJson.Default.ApiConfiguration, request => Task.FromResult(Get(request))) with
        {
            Note = $"Secrets are told nobody: {SecretMask.Hidden} stands in the place of each, and means it when the text is sent back.",
        },
        ApiOperation.Get(
            "getEffectiveConfiguration", $"{Path}/effective", "What is in force, and where each value comes from", ApiJson.Default.IReadOnlyListApiEffectiveValue, request => Task.FromResult(GetEffective(request))) with
        {
            Note = "All at once: file, variables and defaults laid over each other, as config check prints it. Secrets are masked.",
        },
        ApiOperation.Change("checkConfiguration", HttpMethods.Post, $"{Path}/check", "What is wrong with a text, and what saving it would do", ApiJson.Default.ApiConfigurationCheck, CheckAsync) with
        {
            Note = "Nothing is saved.",
            Body = ApiJson.Default.ApiConfigurationText,
            Example = """{"text":"version: 0.1\nstorage:\n  filesystem: {rootdirectory: /var/lib/registry}\n"}""",
        },
        ApiOperation.Change("putConfiguration", HttpMethods.Put, Path, "Saves a text and puts it in force", ApiJson.Default.ApiSavedConfiguration, PutAsync) with
        {
            Note = Save,
            Body = ApiJson.Default.ApiNewConfiguration,
            Example = """{"text":"version: 0.1\nstorage:\n  filesystem: {rootdirectory: /var/lib/registry}\n","version":"5f0c8e1d2b7a4936a1c0d4e8f2b6973c","comment":"from the repository of our settings"}""",
        },
        ApiOperation.List("listConfigurationVersions", $"{Path}/versions", "Texts that were saved, newest first", ApiJson.Default.ApiListApiConfigurationVersion, request => Task.FromResult<ApiList<ApiConfigurationVersion>?>(List(request))) with
        {
            Note = $"The last {ConfigurationHistory.Kept} are kept.",
        },
        ApiOperation.Get("getConfigurationVersion", $"{Path}/versions/{{id}}", "A text that was saved, secrets hidden", ApiJson.Default.ApiConfigurationVersionText, request => Task.FromResult(GetVersion(request))),
        ApiOperation.Change(
            "restoreConfigurationVersion", HttpMethods.Post, $"{Path}/versions/{{id}}/restore", "Brings a text back, with the secrets that it had", ApiJson.Default.ApiSavedConfiguration, RestoreAsync) with
        {
            Note = $"As a new version. {Save}",
            Body = ApiJson.Default.ApiConfigurationRestore,
            Example = """{"version":"5f0c8e1d2b7a4936a1c0d4e8f2b6973c"}""",
        },
    ];

    private ApiConfiguration? Get(ApiRequest request)
    {
        var session = file.Find(request);
        return new ApiConfiguration
        {
            Path = session?.Path,
            Text = session?.Text,
            Version = session is null ? null : ApiConfigurationFile.VersionOf(session.Fingerprint),
            IsInForce = session?.IsInForce ?? true,
            IsRestarting = running.IsRestarting,
            WhyNothingIsSaved = session is null ? ApiConfigurationFile.NoFile : session.WhyReadOnly?.ToString(),
            Problems = [.. session?.Check(session.Text).Select(ApiConfigurationProblem.Of) ?? []],
            Held = [.. session?.Locked(session.Text).Select(held => new ApiHeldKey { Key = held.Key, Variable = held.Value }) ?? []],
            LastRestart = running.LastRebuild is { } last ? new ApiRestart { Time = last.At, Failure = last.Failure?.ToString() } : null,
        };
    }

    private IReadOnlyList<ApiEffectiveValue>? GetEffective(ApiRequest request) =>
        [.. file.Ask(request, editor => editor.Effective(() => request.Who)).Select(ApiEffectiveValue.Of)];

    private async Task<ApiConfigurationCheck?> CheckAsync(ApiRequest request)
    {
        var session = file.Open(request);
        var wanted = await request.ReadAsync(ApiJson.Default.ApiConfigurationText, ApiConfigurationFile.LargestBody);
        var plan = file.Ask(request, _ => session.Plan(wanted.Text));
        return new ApiConfigurationCheck
        {
            IsValid = plan.Problems.All(problem => problem.Severity is not ConfigurationSeverity.Error),
            Problems = [.. plan.Problems.Select(ApiConfigurationProblem.Of)],
            Live = plan.Changes.Live,
            Restart = plan.Changes.Restart,
            Questions = [.. plan.Questions.Select(ApiSaveQuestion.Of)],
        };
    }

    private async Task<ApiSavedConfiguration?> PutAsync(ApiRequest request)
    {
        var session = file.Open(request);
        var wanted = await request.ReadAsync(ApiJson.Default.ApiNewConfiguration, ApiConfigurationFile.LargestBody);
        ApiConfigurationFile.Require(session, wanted.Version);
        return ApiSavedConfiguration.Of(file.Save(request, session, opened => opened.Plan(wanted.Text), wanted.Comment, wanted.Agreed));
    }

    private ApiList<ApiConfigurationVersion> List(ApiRequest request)
    {
        var versions = file.Ask(request, editor => editor.Versions(() => request.Who));
        return request.Page(new RowPage<ConfigurationVersion>([.. versions.Skip(request.Skip).Take(request.Limit)], versions.Count), ApiConfigurationVersion.Of);
    }

    private ApiConfigurationVersionText? GetVersion(ApiRequest request) =>
        FindVersion(request) is { } version && file.Ask(request, editor => editor.ReadVersion(() => request.Who, version.Number)) is { } text
            ? new ApiConfigurationVersionText { Version = ApiConfigurationVersion.Of(version), Text = text }
            : null;

    private async Task<ApiSavedConfiguration?> RestoreAsync(ApiRequest request)
    {
        var session = file.Open(request);
        var wanted = await request.ReadAsync(ApiJson.Default.ApiConfigurationRestore);
        if (FindVersion(request) is not { } version)
        {
            return null;
        }

        ApiConfigurationFile.Require(session, wanted.Version);
        return ApiSavedConfiguration.Of(file.Save(request, session, opened => opened.PlanVersion(version.Number), wanted.Comment, wanted.Agreed));
    }

    private ConfigurationVersion? FindVersion(ApiRequest request) =>
        request.Id <= int.MaxValue ? file.Ask(request, editor => editor.FindVersion(() => request.Who, (int)request.Id)) : null;
}
