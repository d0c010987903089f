using System.Globalization;
using Portal.Registry.Configuration.Editing;

namespace Portal.Web.Components.Webhooks;

/// <summary>
/// An endpoint in a form: what two sections of the configuration say of it. Secrets are never in it but those that were
/// typed; a field for one that is left empty keeps what the file has.
/// </summary>
public sealed class EndpointDraft
{
    private static readonly string[] Endpoints = ["notifications", "endpoints"];
    private static readonly string[] Extras = ["portal", "notifications", "endpoints"];

    /// <summary>Tells it from others, and its deliveries: it stays.</summary>
    public string Name { get; set; } = "";

    public bool IsDisabled { get; set; }

    /// <summary>A password in it is hidden, and stays where that stays.</summary>
    public string Url { get; set; } = "";

    public string Timeout { get; set; } = "";

    public string Threshold { get; set; } = "";

    public string Backoff { get; set; } = "";

    public List<HeaderDraft> Headers { get; } = [];

    /// <summary>Actions that are not sent.</summary>
    public HashSet<string> IgnoredActions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>One on a line.</summary>
    public string IgnoredMediaTypes { get; set; } = "";

    /// <summary>Empty for the default.</summary>
    public string Format { get; set; } = "";

    /// <summary>One that was typed; empty keeps the one that is there.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Whether the file has a secret for it, and it stays.</summary>
    public bool HasSecret { get; set; }

    /// <summary>One on a line.</summary>
    public string Repositories { get; set; } = "";

    /// <summary>One on a line.</summary>
    public string Tags { get; set; } = "";

    public string Attempts { get; set; } = "";

    /// <summary>Whether the address has another scheme, host or port than in the file: it is another server, for which kept secrets were not meant.</summary>
    public bool IsMoved => ReadUrl.Length > 0 && ServerOf(ReadUrl) != ServerOf(Url);

    /// <summary>Whether another server than before would be sent kept headers, or a kept password of the address.</summary>
    public bool SendsSecretsElsewhere =>
        IsMoved && (Url.Contains(SecretMask.Hidden, StringComparison.Ordinal) || Headers.Exists(header => header is { IsKept: true, Value.Length: 0 }));

    /// <summary>The address in the file; empty for a new endpoint.</summary>
    private string ReadUrl { get; init; } = "";

    /// <summary>Headers that were in the file and are to go.</summary>
    private HashSet<string> Taken { get; } = [];

    /// <summary>What a text says of an endpoint.</summary>
    /// <param name="text">The configuration, with its secrets hidden.</param>
    /// <returns>Null when it has none of this name.</returns>
    public static EndpointDraft? Read(string text, string name)
    {
        var yaml = new YamlReading(text);
        if (Find(yaml, Endpoints, name) is not { } place)
        {
            return null;
        }

        string At(params string[] names) => yaml.Value([.. place, .. names]) ?? "";
        IReadOnlyList<string> All(params string[] names) => yaml.Values([.. place, .. names]);
        var draft = new EndpointDraft
        {
            Name = name,
            IsDisabled = At("disabled").Equals("true", StringComparison.OrdinalIgnoreCase),
            Url = At("url"),
            ReadUrl = At("url"),
            Timeout = At("timeout"),
            Threshold = At("threshold"),
            Backoff = At("backoff"),
            IgnoredMediaTypes = string.Join('\n', All("ignoredmediatypes").Union(All("ignore", "mediatypes"))),
        };
        draft.IgnoredActions.UnionWith(All("ignore", "actions"));
        draft.Headers.AddRange(yaml.Names([.. place, "headers"]).Select(header => new HeaderDraft { Name = header, IsKept = true }));
        if (Find(yaml, Extras, name) is { } extra)
        {
            draft.Format = yaml.Value([.. extra, "format"])?.ToLowerInvariant() ?? "";
            draft.HasSecret = yaml.Has([.. extra, "secret"]);
            draft.Repositories = string.Join('\n', yaml.Values([.. extra, "repositories"]));
            draft.Tags = string.Join('\n', yaml.Values([.. extra, "tags"]));
            draft.Attempts = yaml.Value([.. extra, "attempts"]) ?? "";
        }

        return draft;
    }

    /// <summary>Whether a text has an endpoint of this name.</summary>
    public static bool Exists(string text, string name) => Find(new YamlReading(text), Endpoints, name) is not null;

    /// <summary>The keys that an endpoint has in both sections, or gets when it is put into a text: as <c>notifications.endpoints[0]</c>.</summary>
    public static IReadOnlyList<string> KeysOf(string text, string name)
    {
        var yaml = new YamlReading(text);
        return [.. new[] { Endpoints, Extras }.Select(list => $"{string.Join('.', list)}[{Find(yaml, list, name)?[^1] ?? Index(yaml.Count(list) ?? 0)}]")];
    }

    /// <summary>A text without an endpoint, and without what the portal's section says of it.</summary>
    /// <exception cref="YamlEditException">It takes a person.</exception>
    public static string RemoveFrom(string text, string name)
    {
        foreach (var list in new[] { Extras, Endpoints })
        {
            text = Find(new YamlReading(text), list, name) is { } place ? YamlEdit.Remove(text, place) : text;
        }

        return text;
    }

    public void AddHeader() => Headers.Add(new HeaderDraft());

    public void RemoveHeader(HeaderDraft header)
    {
        Headers.Remove(header);
        if (header.IsKept)
        {
            Taken.Add(header.Name);
        }
    }

    /// <summary>A text that says what the form does; all else in it stays, character by character.</summary>
    /// <param name="text">The configuration, with its secrets hidden.</param>
    /// <exception cref="YamlEditException">It takes a person.</exception>
    public string WriteInto(string text)
    {
        var place = Find(new YamlReading(text), Endpoints, Name.Trim());
        if (place is null)
        {
            var count = new YamlReading(text).Count(Endpoints) ?? 0;
            text = YamlEdit.Append(text, Endpoints, [("name", Name.Trim()), ("url", Url.Trim())]);
            place = [.. Endpoints, Index(count)];
        }

        text = Put(text, [.. place, "url"], Url);
        text = Put(text, [.. place, "disabled"], IsDisabled ? "true" : "");
        text = Put(text, [.. place, "timeout"], Timeout);
        text = Put(text, [.. place, "threshold"], Threshold);
        text = Put(text, [.. place, "backoff"], Backoff);
        text = WriteHeaders(text, [.. place, "headers"]);
        text = PutList(text, [.. place, "ignore", "mediatypes"], Lines(IgnoredMediaTypes));
        text = YamlEdit.Remove(text, [.. place, "ignoredmediatypes"]);
        return WriteExtras(PutList(text, [.. place, "ignore", "actions"], [.. IgnoredActions.Order(StringComparer.Ordinal)]));
    }

    private string WriteExtras(string text)
    {
        var place = Find(new YamlReading(text), Extras, Name.Trim());
        var hasSome = HasSecret || new[] { Format, Secret, Repositories, Tags, Attempts }.Any(value => value.Trim().Length > 0);
        if (!hasSome)
        {
            return place is null ? text : YamlEdit.Remove(text, place);
        }

        if (place is null)
        {
            var count = new YamlReading(text).Count(Extras) ?? 0;
            text = YamlEdit.Append(text, Extras, [("name", Name.Trim())]);
            place = [.. Extras, Index(count)];
        }

        text = Put(text, [.. place, "format"], Format);
        text = Secret.Length > 0 ? YamlEdit.Set(text, [.. place, "secret"], Secret)
            : HasSecret ? text : YamlEdit.Remove(text, [.. place, "secret"]);
        text = PutList(text, [.. place, "repositories"], Lines(Repositories));
        text = PutList(text, [.. place, "tags"], Lines(Tags));
        return Put(text, [.. place, "attempts"], Attempts);
    }

    private string WriteHeaders(string text, IReadOnlyList<string> place)
    {
        if (Headers.Count == 0)
        {
            return YamlEdit.Remove(text, place);
        }

        foreach (var header in Headers.Where(header => header.Name.Trim().Length > 0 && header.Value.Length > 0))
        {
            IReadOnlyList<string> path = [.. place, header.Name.Trim()];
            text = new YamlReading(text).Value(path) is not null
                ? YamlEdit.Set(text, path, header.Value)
                : YamlEdit.SetList(text, path, [header.Value]);
        }

        return Taken.Where(name => Headers.TrueForAll(header => header.Name.Trim() != name))
            .Aggregate(text, (edited, name) => YamlEdit.Remove(edited, [.. place, name]));
    }

    /// <summary>What says the same already stays as it is written.</summary>
    private static string Put(string text, IReadOnlyList<string> path, string value)
    {
        var wanted = value.Trim();
        return wanted.Length == 0 ? YamlEdit.Remove(text, path)
            : new YamlReading(text).Value(path) == wanted ? text
            : YamlEdit.Set(text, path, wanted);
    }

    private static string PutList(string text, IReadOnlyList<string> path, string[] values)
    {
        var yaml = new YamlReading(text);
        return yaml.Values(path).SequenceEqual(values) ? text
            : values.Length == 0 ? YamlEdit.Remove(text, path)
            : yaml.Value(path) is not null ? YamlEdit.SetList(YamlEdit.Remove(text, path), path, values)
            : YamlEdit.SetList(text, path, values);
    }

    /// <summary>Scheme, host and port; the whole of what is no address.</summary>
    private static string ServerOf(string url) =>
        Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address) ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : url;

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IReadOnlyList<string>? Find(YamlReading yaml, IReadOnlyList<string> list, string name) =>
        Enumerable.Range(0, yaml.Count(list) ?? 0)
            .Select(index => (IReadOnlyList<string>)[.. list, Index(index)])
            .FirstOrDefault(place => yaml.Value([.. place, "name"]) == name);

    private static string Index(int index) => index.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A header in the form.</summary>
public sealed class HeaderDraft
{
    public string Name { get; set; } = "";

    /// <summary>What was typed; empty keeps what the file has.</summary>
    public string Value { get; set; } = "";

    /// <summary>The file has it: its name stays, and its value unless another one was typed.</summary>
    public bool IsKept { get; init; }
}
