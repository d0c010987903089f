using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MimeKit;
using Portal.Registry.Configuration;

namespace Portal.Registry.Observability;

/// <summary>
/// Sends the lines of one mail hook (<c>log.hooks</c>). Lines are gathered for a few seconds, and mails are a minute apart:
/// a flood of errors is one mail, with a note of what was left out. A mail server that fails costs the mail and nothing
/// else; it is told once, until a mail goes out again.
/// </summary>
public sealed partial class MailSender(
    MailHookConfiguration hook, MailQueue queue, ILogger<MailSender> logger, TimeProvider time) : BackgroundService
{
    /// <summary>How long lines are gathered after the first.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>The least time from one mail to the next line's window.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private const int SubmissionsPort = 465;
    private const int LongestSubject = 200;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LastTimeout = TimeSpan.FromSeconds(3);

    private int _unsent;
    private bool _isFailing;

    /// <summary>The port at which TLS begins before the first word (RFC 8314, 3.3); at others it is asked for.</summary>
    public int ImplicitTlsPort { get; init; } = SubmissionsPort;

    /// <summary>Ends, after a last mail of what is gathered: what happened last is what somebody wants to read.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // Not by the host's token, which is over at once where http.draintimeout is 0.
        await SendAsync(LastTimeout, CancellationToken.None);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await queue.WaitAsync(stoppingToken))
        {
            await Task.Delay(Window, time, stoppingToken);
            await SendAsync(Timeout, stoppingToken);
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task SendAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (lines, dropped) = queue.TakeAll();
        if (lines.Count == 0)
        {
            return;
        }

        try
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            await SendAsync(Compose(lines, dropped + _unsent), either.Token);
            _unsent = 0;
            if (_isFailing)
            {
                Log.Recovered(logger, hook.Server);
            }

            _isFailing = false;
        }
        catch (Exception exception) when (
            exception is SocketException or IOException or ArgumentException or OperationCanceledException or AuthenticationException
                or ProtocolException or CommandException or SslHandshakeException or NotSupportedException)
        {
            _unsent += lines.Count + dropped;
            if (!_isFailing && !cancellationToken.IsCancellationRequested)
            {
                Log.Failed(logger, hook.Server, exception is OperationCanceledException ? $"no answer within {timeout.TotalSeconds} s" : exception.Message);
            }

            _isFailing = true;
        }
    }

    private MimeMessage Compose(List<MailLine> lines, int leftOut)
    {
        var worst = lines.MaxBy(line => line.Level)!;
        var subject = $"[{LogLine.NameOf(worst.Level)}] {hook.Server.Host}: {worst.Message.ReplaceLineEndings(" ")}";
        var text = string.Join("\n", lines.Select(line => line.Text));
        var note = leftOut > 0 ? $"\n\n{leftOut} more lines are not in this mail: see the log." : string.Empty;
        var message = new MimeMessage
        {
            Subject = subject.Length <= LongestSubject ? subject : subject[..LongestSubject],
            Body = new TextPart("plain") { Text = text + note + "\n" },
        };
        message.From.Add(MailboxAddress.Parse(hook.From));
        message.To.AddRange(hook.To.Select(MailboxAddress.Parse));
        return message;
    }

    private async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient();

        // A mail server's authority is often the company's own, and tells no revocations: as upstream, none are asked for.
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = (_, _, _, errors) => hook.Insecure || errors == SslPolicyErrors.None;
        await client.ConnectAsync(hook.Server.Host, hook.Server.Port, Security(), cancellationToken);
        if (hook.Username is not null)
        {
            await client.AuthenticateAsync(hook.Username, hook.Password?.Value ?? string.Empty, cancellationToken);
        }

        await client.SendAsync(message, cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    /// <summary>A password goes over the network encrypted or not at all, unless the configuration says otherwise.</summary>
    private SecureSocketOptions Security()
    {
        var isLocal = hook.Server.Host == "localhost" || (IPAddress.TryParse(hook.Server.Host, out var ip) && IPAddress.IsLoopback(ip));
        return hook.Server.Port == ImplicitTlsPort ? SecureSocketOptions.SslOnConnect
            : hook.Username is null || hook.Insecure || isLocal ? SecureSocketOptions.StartTlsWhenAvailable
            : SecureSocketOptions.StartTls;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "log lines cannot be mailed through {Server}: {Reason}; this is said once")]
        public static partial void Failed(ILogger logger, ListenAddress server, string reason);

        [LoggerMessage(LogLevel.Information, "log lines are mailed through {Server} again")]
        public static partial void Recovered(ILogger logger, ListenAddress server);
    }
}
