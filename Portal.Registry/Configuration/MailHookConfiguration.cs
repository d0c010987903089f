using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace Portal.Registry.Configuration;

/// <summary>One entry of <c>log.hooks</c>: lines of some levels go to somebody by mail.</summary>
public sealed record MailHookConfiguration
{
    private static readonly Dictionary<string, LogLevel> LevelNames = new(StringComparer.Ordinal)
    {
        ["panic"] = LogLevel.Critical,
        ["fatal"] = LogLevel.Critical,
        ["error"] = LogLevel.Error,
        ["warn"] = LogLevel.Warning,
        ["warning"] = LogLevel.Warning,
        ["info"] = LogLevel.Information,
        ["debug"] = LogLevel.Debug,
    };

    private static readonly Dictionary<string, bool> Types = new(StringComparer.Ordinal) { ["mail"] = true };

    /// <summary>Lines of these levels alone; upstream's <c>panic</c> and <c>fatal</c> are one here.</summary>
    public required IReadOnlyList<LogLevel> Levels { get; init; }

    /// <summary>The mail server.</summary>
    public required ListenAddress Server { get; init; }

    /// <summary>Who signs in at the mail server; null for nobody.</summary>
    public string? Username { get; init; }

    /// <summary>A secret.</summary>
    public Secret? Password { get; init; }

    /// <summary>Any certificate is good, and so is a server that speaks no TLS.</summary>
    public bool Insecure { get; init; }

    /// <summary>The sender's address.</summary>
    public required string From { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <returns>Null when it is disabled.</returns>
    internal static MailHookConfiguration? Read(SectionReader hook)
    {
        // 1. Every key is read, so that one of a hook that is off counts as known.
        var (isMail, isDisabled) = (hook.Choice("type", false, Types), hook.Flag("disabled"));
        var levels = hook.List<LogLevel>("levels", TryParseLevel, Expected.OneOf(LevelNames.Keys));
        var options = hook.Section("options");
        var smtp = options.Section("smtp");
        var server = smtp.Value<ListenAddress?>("addr", null, TryParseServer, Expected.HostAndPort("mail.example.com:25"));
        var (username, password, insecure) = (smtp.Text("username"), smtp.Secret("password"), smtp.Flag("insecure"));
        var from = options.Value("from", null, (string text, out string? value) => TryParseMailbox(text, out value), Expected.MailAddress);
        var to = options.List<string>("to", TryParseMailbox, Expected.MailAddress);
        if (isDisabled)
        {
            return null;
        }

        // 2. What is missing. A value that is there and wrong has been told already.
        static void Require(SectionReader section, string key, bool isThere, string example)
        {
            if (!isThere && !section.Has(key))
            {
                section.Missing(key, example);
            }
        }

        Require(hook, "type", isMail, "mail");
        Require(hook, "levels", levels is { Count: > 0 }, "[error, fatal]");
        Require(smtp, "addr", server is not null, "mail.example.com:25");
        Require(options, "from", from is not null, "registry@example.com");
        Require(options, "to", to is { Count: > 0 }, "[admin@example.com]");
        return new MailHookConfiguration
        {
            Levels = [.. levels?.Distinct() ?? []],
            Server = server ?? new ListenAddress("localhost", 25),
            Username = username,
            Password = password,
            Insecure = insecure,
            From = from ?? string.Empty,
            To = to ?? [],
        };
    }

    private static bool TryParseLevel(string text, out LogLevel level) => LevelNames.TryGetValue(text.ToLowerInvariant(), out level);

    private static bool TryParseServer(string text, [MaybeNullWhen(false)] out ListenAddress server) =>
        ListenAddress.TryParse(text, out server) && server.Host.Length > 0 && server.Port > 0;

    private static bool TryParseMailbox(string text, [MaybeNullWhen(false)] out string mailbox)
    {
        mailbox = text;
        return MailboxAddress.TryParse(text, out var parsed) && parsed.Address.Contains('@');
    }
}
