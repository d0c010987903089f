using System.Globalization;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>What a value has to be, as it follows "is not" in a problem.</summary>
internal enum ExpectedValue
{
    Flag,
    WholeNumber,
    WholeNumberBetween,
    Size,
    SizeInSteps,
    Duration,
    DurationBetween,
    OneOf,
    HostAndPort,
    HostName,
    Url,
    HttpsUrl,
    UrlPath,
    Path,
    Network,
    MailAddress,
    Mailbox,
    Name,
    Text,
}

/// <summary>Says what a value has to be, with an example where that helps.</summary>
internal static class Expected
{
    public static Reason Flag => new(ExpectedValue.Flag, $"true or false");

    public static Reason Name => new(ExpectedValue.Name, $"a name");

    public static Reason Text => new(ExpectedValue.Text, $"text");

    public static Reason Path => new(ExpectedValue.Path, $"a path");

    public static Reason Network => new(ExpectedValue.Network, $"a network; write for example \"10.0.0.0/8\"");

    public static Reason MailAddress => new(ExpectedValue.MailAddress, $"a mail address; write for example \"registry@example.com\"");

    public static Reason Mailbox => new(ExpectedValue.Mailbox, $"an address of mail");

    public static Reason HostName => new(ExpectedValue.HostName, $"a host's name; write for example \"registry.example.com\"");

    public static Reason HostAndPort(string example) => new(ExpectedValue.HostAndPort, $"host:port; write for example \"{example}\"");

    public static Reason Url(string example) => new(ExpectedValue.Url, $"an address; write for example \"{example}\"");

    public static Reason HttpsUrl(Uri example) => new(ExpectedValue.HttpsUrl, $"an https address; write for example \"{example}\"");

    public static Reason UrlPath(string example) => new(ExpectedValue.UrlPath, $"a path; write for example \"{example}\"");

    public static Reason OneOf(IEnumerable<string> choices)
    {
        var words = string.Join(", ", choices);
        return new Reason(ExpectedValue.OneOf, $"one of {words}");
    }

    public static Reason WholeNumber(int least, int most) => most == int.MaxValue
        ? new Reason(ExpectedValue.WholeNumber, $"a whole number from {least} up")
        : new Reason(ExpectedValue.WholeNumberBetween, $"a whole number from {least} to {most}");

    public static Reason Size(long least, long most, long step, long example)
    {
        var (from, to, write) = (ByteCount.Format(least), ByteCount.Format(most), ByteCount.Format(example));
        return step == 1
            ? new Reason(ExpectedValue.Size, $"a size from {from} to {to}; write for example \"{write}\"")
            : new Reason(ExpectedValue.SizeInSteps, $"a size from {from} to {to} in steps of {ByteCount.Format(step)}; write for example \"{write}\"");
    }

    public static Reason Duration() => new(ExpectedValue.Duration, $"a duration; write for example \"10s\" or \"1h30m\"");

    public static Reason Duration(TimeSpan least, TimeSpan most, TimeSpan example)
    {
        // As one writes them, whatever the language.
        var (from, to, write) = (Figure(least.TotalSeconds), Figure(most.TotalHours), Figure(example.TotalSeconds));
        return new Reason(ExpectedValue.DurationBetween, $"a duration from {from}s to {to}h; write for example \"{write}s\"");
    }

    private static string Figure(double number) => number.ToString(CultureInfo.InvariantCulture);
}
