using System.Globalization;
using Portal.Registry.Configuration.Editing;
using Portal.Registry.Notifications;
using Portal.Web.Components.Webhooks;
using Portal.Web.Hosting;

namespace Portal.Web.Api;

/// <summary>Endpoints in the configuration, for administrators: added, changed and removed there, as by the page's form.</summary>
internal sealed class WebhookSettingsApi(ApiConfigurationFile file, WebhookAdministration webhooks) : ApiResource
{
    private const string Path = "webhooks/{webhook}/settings";

    private const string Example = """{"url":"https://ci.example.com/events","headers":{"Authorization":"Bearer of-its-own"},"format":"cloudEvents","repositories":["team/**"],"ignoredActions":["pull","mount"]}""";

    public override string Name => "Settings of webhooks";

    public override IEnumerable<ApiOperation> Operations => All.Select(operation => operation with { IsForAdministrators = true });

    private IEnumerable<ApiOperation> All =>
    [
        ApiOperation.Change("addWebhook", HttpMethods.Post, "webhooks", "Adds an endpoint to the configuration", ApiJson.Default.ApiWebhook, AddAsync) with
        {
            Status = StatusCodes.Status201Created,
            Note = "It counts at once. All else in the file stays, character by character; the text that was is kept as a version. testWebhook sends it something.",
            Body = ApiJson.Default.ApiWebhookSettings,
            Example = Example.Insert(1, "\"name\":\"ci\","),
        },
        ApiOperation.Get("getWebhookSettings", Path, "What the configuration says of an endpoint", ApiJson.Default.ApiWebhookSettings, request => Task.FromResult(Get(request))) with
        {
            Note = $"Headers, the secret and a password in the address are told nobody: {SecretMask.Hidden} stands in their place, and means them when it is sent back to the same server.",
        },
        ApiOperation.Change("putWebhookSettings", HttpMethods.Put, Path, "Changes what the configuration says of an endpoint", ApiJson.Default.ApiWebhookSettings, PutAsync) with
        {
            Note = "What is left out goes back to its default, so send all that getWebhookSettings tells. A url of another server needs the values of headers and its password again. With version, a change that somebody else made meanwhile is not overwritten: 409.",
            Body = ApiJson.Default.ApiWebhookSettings,
            Example = Example,
        },
        ApiOperation.Do("deleteWebhook", HttpMethods.Delete, "webhooks/{webhook}", "Takes an endpoint out of the configuration", DeleteAsync) with
        {
            Note = "Nothing more is sent to it. Its deliveries stay to be read, until they are as old as portal.notifications.retention says.",
        },
    ];

    private async Task<ApiWebhook?> AddAsync(ApiRequest request)
    {
        var session = file.Open(request);
        var wanted = await request.ReadAsync(ApiJson.Default.ApiWebhookSettings);
        var name = wanted.Name?.Trim() is { Length: > 0 } given ? given : throw new ApiException("the body needs the field name");
        if (EndpointDraft.Exists(session.Text, name))
        {
            throw ApiConfigurationFile.Conflict($"there is an endpoint \"{name}\" already: change it by putWebhookSettings, or take another name");
        }

        Save(request, session, name, wanted.Version, wanted.Fill(new EndpointDraft { Name = name }).WriteInto);
        var added = (await webhooks.ListAsync(request.Who, request.Aborted)).First(row => row.Name == name);
        request.Locate($"webhooks/{Uri.EscapeDataString(name)}");
        return WebhooksApi.ToAnswer(added);
    }

    private ApiWebhookSettings? Get(ApiRequest request)
    {
        var session = file.Find(request);
        return session is null ? null : Read(session.Text, session.Fingerprint, request.InPath("webhook"));
    }

    private static ApiWebhookSettings? Read(string text, string fingerprint, string name) => EndpointDraft.Read(text, name) is { } draft
        ? ApiWebhookSettings.Of(draft) with { Version = ApiConfigurationFile.VersionOf(fingerprint) }
        : null;

    private async Task<ApiWebhookSettings?> PutAsync(ApiRequest request)
    {
        var session = file.Open(request);
        var wanted = await request.ReadAsync(ApiJson.Default.ApiWebhookSettings);
        var name = request.InPath("webhook");
        if (EndpointDraft.Read(session.Text, name) is not { } draft)
        {
            return null;
        }

        if (wanted.Name is not null && wanted.Name != name)
        {
            throw new ApiException($"the field name of the body is \"{wanted.Name}\": an endpoint keeps its name, \"{name}\"; add another one, and delete this one");
        }

        // As it was written, whoever writes next.
        var saved = Save(request, session, name, wanted.Version, wanted.Fill(draft).WriteInto);
        return Read(saved.Text, saved.Fingerprint, name);
    }

    private Task<bool> DeleteAsync(ApiRequest request)
    {
        var session = file.Open(request);
        var name = request.InPath("webhook");
        var isThere = EndpointDraft.Exists(session.Text, name);
        if (isThere)
        {
            Save(request, session, name, version: null, text => EndpointDraft.RemoveFrom(text, name));
        }

        return Task.FromResult(isThere);
    }

    private SavedText Save(ApiRequest request, EditorSession session, string name, string? version, Func<string, string> change)
    {
        ApiConfigurationFile.Require(session, version);
        ApiConfigurationFile.RequireValid(session);
        var locked = session.Locked(session.Text);
        foreach (var key in EndpointDraft.KeysOf(session.Text, name))
        {
            var below = locked.FirstOrDefault(held => held.Key.StartsWith(key, StringComparison.Ordinal));
            if ((locked.HolderOf(key) ?? below.Value) is { } variable)
            {
                throw ApiConfigurationFile.Conflict(
                    $"the variable {variable} holds {below.Key ?? key}: what the file says of it has no effect, so set that variable, or change the rest by putConfiguration");
            }
        }

        return file.Save(request, session, opened => opened.Plan(change(opened.Text)), comment: null, agreed: null);
    }
}

/// <summary>What the configuration says of an endpoint. Times are as 1s, 500ms or 2m.</summary>
internal sealed record ApiWebhookSettings
{
    /// <summary>Tells it from others, and its deliveries: it stays.</summary>
    public string? Name { get; init; }

    /// <summary>The address that events are posted to, http or https. Another scheme, host or port is another server, which is sent nothing that was (hidden).</summary>
    public required string Url { get; init; }

    /// <summary>It stays in the configuration, and is sent nothing.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Sent along with each request, by their names. (hidden) keeps the value that is there; what is not named goes.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Signs each request: X-Hub-Signature-256 has the HMAC of its body. (hidden) keeps the one that is there; null is none.</summary>
    public string? Secret { get; init; }

    /// <summary>The form of a request's body; registry when it is null.</summary>
    public PayloadFormat? Format { get; init; }

    /// <summary>Patterns of repositories of which events are sent, as team/**; null or none for all.</summary>
    public IReadOnlyList<string>? Repositories { get; init; }

    /// <summary>Patterns of tags of which events are sent, as v*; null or none for all, and for what has no tag.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Of push, pull, mount and delete what is not sent.</summary>
    public IReadOnlyList<string>? IgnoredActions { get; init; }

    /// <summary>Media types of which nothing is sent.</summary>
    public IReadOnlyList<string>? IgnoredMediaTypes { get; init; }

    /// <summary>How long an answer may take; null for 1s.</summary>
    public string? Timeout { get; init; }

    /// <summary>Failures in a row after which it waits before each try; null for 10.</summary>
    public int? Threshold { get; init; }

    /// <summary>That wait; null for 1s.</summary>
    public string? Backoff { get; init; }

    /// <summary>Failures after which an event is given up; null for never.</summary>
    public int? Attempts { get; init; }

    /// <summary>Of the configuration's file, as it was read; null in a request for whatever is there.</summary>
    public string? Version { get; init; }

    /// <param name="draft">What the form shows: secrets are hidden in it.</param>
    internal static ApiWebhookSettings Of(EndpointDraft draft) => new()
    {
        Name = draft.Name,
        Url = draft.Url,
        IsDisabled = draft.IsDisabled,
        Headers = draft.Headers.ToDictionary(header => header.Name, _ => SecretMask.Hidden),
        Secret = draft.HasSecret ? SecretMask.Hidden : null,
        Format = Enum.TryParse<PayloadFormat>(draft.Format, ignoreCase: true, out var format) ? format : null,
        Repositories = Lines(draft.Repositories),
        Tags = Lines(draft.Tags),
        IgnoredActions = [.. draft.IgnoredActions.Order(StringComparer.Ordinal)],
        IgnoredMediaTypes = Lines(draft.IgnoredMediaTypes),
        Timeout = Text(draft.Timeout),
        Threshold = Number(draft.Threshold),
        Backoff = Text(draft.Backoff),
        Attempts = Number(draft.Attempts),
    };

    /// <summary>Puts all of it into the form.</summary>
    /// <exception cref="ApiException">A placeholder stands where there was no secret, or for one that another server would get; a header has no name or no value.</exception>
    internal EndpointDraft Fill(EndpointDraft draft)
    {
        (draft.Url, draft.IsDisabled) = (Url, IsDisabled);
        if (draft.IsMoved && Url.Contains(SecretMask.Hidden, StringComparison.Ordinal))
        {
            throw Leaving("url");
        }

        (draft.Timeout, draft.Threshold) = (Timeout ?? "", Text(Threshold));
        (draft.Backoff, draft.Attempts) = (Backoff ?? "", Text(Attempts));
        draft.Format = Format is { } format ? $"{format}".ToLowerInvariant() : "";
        (draft.Repositories, draft.Tags, draft.IgnoredMediaTypes) = (Lines("repositories", Repositories), Lines("tags", Tags), Lines("ignoredMediaTypes", IgnoredMediaTypes));
        draft.IgnoredActions.Clear();
        draft.IgnoredActions.UnionWith(Lines("ignoredActions", IgnoredActions).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        FillSecret(draft);
        FillHeaders(draft);
        return draft;
    }

    private void FillSecret(EndpointDraft draft)
    {
        if (Secret is SecretMask.Hidden)
        {
            draft.HasSecret = draft.HasSecret ? true : throw Stray("secret");
            return;
        }

        (draft.Secret, draft.HasSecret) = (Secret ?? "", false);
    }

    private void FillHeaders(EndpointDraft draft)
    {
        var wanted = Headers ?? new Dictionary<string, string>();
        foreach (var gone in draft.Headers.Where(header => !wanted.ContainsKey(header.Name)).ToList())
        {
            draft.RemoveHeader(gone);
        }

        foreach (var (name, value) in wanted)
        {
            if (string.IsNullOrWhiteSpace(name) || string.IsNullOrWhiteSpace(value))
            {
                throw new ApiException($"the field headers.{name} of the body has no {(string.IsNullOrWhiteSpace(name) ? "name" : "value")}: send it, or leave the header out");
            }

            var kept = draft.Headers.Find(header => header.Name == name);
            if (value is SecretMask.Hidden)
            {
                _ = kept ?? throw Stray($"headers.{name}");
                _ = draft.IsMoved ? throw Leaving($"headers.{name}") : kept;
            }
            else if (kept is not null)
            {
                kept.Value = value;
            }
            else
            {
                draft.Headers.Add(new HeaderDraft { Name = name, Value = value });
            }
        }
    }

    private static ApiException Stray(string field) =>
        new($"the field {field} of the body is {SecretMask.Hidden}, which stands for what was there before, and nothing was: send the value");

    private static ApiException Leaving(string field) =>
        new($"the field {field} of the body keeps what is {SecretMask.Hidden}, and url names another server than before, which is not sent it unseen: send the value");

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A line break in a value would make two of it.</summary>
    private static string Lines(string field, IReadOnlyList<string>? values) =>
        values?.Any(value => value is null || value.Contains('\n', StringComparison.Ordinal)) is true
            ? throw new ApiException($"the field {field} of the body has a value that is null or has several lines")
            : string.Join('\n', values ?? []);
}
