using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Portal.Registry.Configuration.Keys;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>
/// What a section's <c>Read</c> takes its values from. A value of the wrong kind becomes a problem and the fallback is
/// returned, so that one pass finds everything. Only keys that the catalogue describes can be read.
/// </summary>
internal sealed partial class SectionReader
{
    private readonly MappingNode _node;
    private readonly Origin _place;
    private readonly ConfigurationKey _known;
    private readonly ConfigurationProblems _problems;

    public SectionReader(MappingNode root, ConfigurationProblems problems)
        : this("", root, Origin.Top, ConfigurationKeys.Root, problems)
    {
    }

    private SectionReader(string path, MappingNode node, Origin place, ConfigurationKey known, ConfigurationProblems problems)
    {
        (Path, _node, _place, _known, _problems) = (path, node, place, known, problems);
    }

    /// <summary>The section's own path, as <c>http.tls</c>; empty for the root.</summary>
    public string Path { get; }

    /// <summary>A scalar's text to a value, in the manner of <c>int.TryParse</c>.</summary>
    public delegate bool Parse<T>(string text, [MaybeNullWhen(false)] out T value);

    /// <summary>Whether the key is written at all, be it with nothing after it.</summary>
    public bool Has(string key) => _node.Entries.ContainsKey(key);

    /// <summary>Whether anything is written after the key.</summary>
    public bool IsFilled(string key) => _node[key] is { IsEmpty: false };

    /// <summary>The key's text; null when it is absent or empty.</summary>
    public string? Text(string key) => Scalar(key) is { IsEmpty: false } scalar ? scalar.Value : null;

    /// <summary>The key's text, which is not to be shown; null when it is absent or empty.</summary>
    public Secret? Secret(string key) => Text(key) is { } text ? new Secret(text) : null;

    public bool Flag(string key, bool fallback = false) => Value(key, fallback, TryParseFlag, Expected.Flag);

    public int Integer(string key, int fallback, int least, int most = int.MaxValue) =>
        Value(key, fallback, (string text, out int number) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most,
            Expected.WholeNumber(least, most));

    /// <summary>A whole number; one below <paramref name="least"/> counts as that, with a warning.</summary>
    public int AtLeast(string key, int fallback, int least)
    {
        var number = Integer(key, fallback, least: 0);
        if (number < least)
        {
            Warning(key, ValueProblem.TooSmall, $"{number} is less than {least}; {least} is used");
        }

        return Math.Max(number, least);
    }

    /// <summary>A number of bytes, as <see cref="ByteCount"/> reads it.</summary>
    public int Bytes(string key, int fallback, int least, int most) => (int)LongBytes(key, fallback, least, most);

    /// <summary>A number of bytes that may be more than 2 GiB, a multiple of <paramref name="step"/>.</summary>
    public long LongBytes(string key, long fallback, long least, long most, long step = 1) =>
        Value(key, fallback, (string text, out long bytes) =>
            ByteCount.TryParse(text, out bytes) && bytes >= least && bytes <= most && bytes % step == 0,
            Expected.Size(least, most, step, fallback));

    /// <summary>A length of time, not negative, in Go's notation.</summary>
    public TimeSpan Duration(string key, TimeSpan fallback) =>
        Value(key, fallback, (string text, out TimeSpan duration) =>
            GoDuration.TryParse(text, out duration) && duration >= TimeSpan.Zero,
            Expected.Duration());

    /// <summary>A length of time between two others, in Go's notation.</summary>
    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan least, TimeSpan most) =>
        Value(key, fallback, (string text, out TimeSpan duration) =>
            GoDuration.TryParse(text, out duration) && duration >= least && duration <= most,
            Expected.Duration(least, most, fallback));

    /// <summary>One of a few words, without case.</summary>
    public T Choice<T>(string key, T fallback, IReadOnlyDictionary<string, T> choices) =>
        Value(key, fallback, (string text, [MaybeNullWhen(false)] out T value) =>
            choices.TryGetValue(text.ToLowerInvariant(), out value),
            Expected.OneOf(choices.Keys));

    /// <summary>One of the words that the catalogue has for the key, as the catalogue spells it.</summary>
    [return: NotNullIfNotNull(nameof(fallback))]
    public string? Word(string key, string? fallback)
    {
        var choices = Known(key).Choices;
        return Value(key, fallback, (string text, out string? word) =>
            (word = choices.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase))) is not null,
            Expected.OneOf(choices));
    }

    /// <summary>An absolute <c>http</c> or <c>https</c> address; null when it is absent.</summary>
    public Uri? Url(string key, string example = "https://example.com") =>
        Value<Uri?>(key, null, TryParseUrl, Expected.Url(example));

    /// <summary><c>host:port</c>; null when it is absent.</summary>
    public ListenAddress? Address(string key, string example) =>
        Value<ListenAddress?>(key, null, TryParseServer, Expected.HostAndPort(example));

    /// <summary>A list of <c>host:port</c>; null when it is absent.</summary>
    public IReadOnlyList<ListenAddress>? Addresses(string key, string example) =>
        List<ListenAddress>(key, TryParseServer, Expected.HostAndPort(example));

    /// <summary>Any kind of value that is written as one piece of text.</summary>
    /// <param name="key">The key below this section.</param>
    /// <param name="fallback">What counts when the key is absent, empty or wrong.</param>
    /// <param name="parse">Reads the text.</param>
    /// <param name="expected">Follows "is not" in the problem, with an example where that helps.</param>
    public T Value<T>(string key, T fallback, Parse<T> parse, Reason expected)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        Error(key, Known(key).IsSecret
            ? new Reason(ValueProblem.SecretIsOther, $"the value is not {expected}")
            : new Reason(ValueProblem.IsOther, $"\"{ConfigurationProblems.Cut(text)}\" is not {expected}"));
        return fallback;
    }

    /// <summary>A section below this one; an empty one when the key is absent, empty or no section.</summary>
    public SectionReader Section(string key)
    {
        var node = Take(key) switch
        {
            MappingNode mapping => mapping,
            null or { IsEmpty: true } => null,
            _ => WrongKind<MappingNode>(key, ValueProblem.NoSection, $"is not a section; write its keys on lines of their own below it"),
        };
        return new SectionReader(PathOf(key), node ?? new MappingNode(Origin.None), OriginOf(key), Known(key), _problems);
    }

    /// <summary>A section below this one; null when there is nothing in it.</summary>
    public SectionReader? FilledSection(string key) => Section(key) is { _node.IsEmpty: false } section ? section : null;

    /// <summary>Which of these keys are written, in the file's order, each with its place.</summary>
    public IReadOnlyList<(string Key, Origin Origin)> Written(IReadOnlySet<string> keys) =>
        [.. _node.Entries.Keys.Where(keys.Contains).Select(key => (key, OriginOf(key)))];

    /// <summary>Says which of these keys are missing, where what else is written asks for them.</summary>
    public void RequireAll(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Take(key) is null or { IsEmpty: true })
            {
                _problems.Error(PathOf(key), _place, KeyProblem.MissingHere, $"is missing, and the section needs it as it is written");
            }
        }
    }

    /// <summary>Says that the key has to be there.</summary>
    public void Missing(string key, string example) =>
        Error(key, KeyProblem.Missing, $"is missing; write for example \"{key}: {example}\"");

    public void Error(string key, Enum kind, FormattableString english) => Error(key, new Reason(kind, english));

    public void Error(string key, Reason reason) => _problems.Error(PathOf(key), OriginOf(key), reason);

    public void Warning(string key, Enum kind, FormattableString english) => _problems.Warning(PathOf(key), OriginOf(key), kind, english);

    private ConfigurationNode? Take(string key)
    {
        _ = Known(key);
        return _node[key];
    }

    private ScalarNode? Scalar(string key) => Take(key) switch
    {
        ScalarNode scalar => scalar,
        null => null,
        ListNode => WrongKind<ScalarNode>(key, ValueProblem.IsList, $"is a list; write one value"),
        _ => WrongKind<ScalarNode>(key, ValueProblem.IsSection, $"is a section; write one value"),
    };

    private T? WrongKind<T>(string key, Enum kind, FormattableString english)
        where T : class
    {
        Error(key, kind, english);
        return null;
    }

    private string PathOf(string key) => Path.Length == 0 || key.Length == 0 ? Path + key : $"{Path}.{key}";

    /// <summary>The key's place; that of the nearest section that is written when the key is not.</summary>
    private Origin OriginOf(string key) => _node.Entries.TryGetValue(key, out var entry) ? entry.Place : _place;

    private ConfigurationKey Known(string key) => _known.Child(key)
        ?? throw new InvalidOperationException($"The key {PathOf(key)} is read and not described in {nameof(ConfigurationKeys)}.");

    private static bool TryParseFlag(string text, out bool value)
    {
        value = text.ToLowerInvariant() is "true" or "yes" or "on" or "y";
        return value || text.ToLowerInvariant() is "false" or "no" or "off" or "n";
    }

    private static bool TryParseUrl(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && !text.Any(char.IsWhiteSpace);

    private static bool TryParseServer(string text, [NotNullWhen(true)] out ListenAddress? address) =>
        ListenAddress.TryParse(text, out address) && address is { Host.Length: > 0, Port: > 0 };
}
