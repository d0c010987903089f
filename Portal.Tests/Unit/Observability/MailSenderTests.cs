using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Observability;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Observability;

/// <summary>Lines by mail, through Debian's <c>aiosmtpd</c>, which puts each mail into a file.</summary>
public sealed class MailSenderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Flood_OfErrors_IsOneMail()
    {
        var address = ChildProcess.FreeAddress();
        await using var server = await StartMailServerAsync(address);
        using var world = await World.StartAsync(Hook(address), _time);

        for (var i = 0; i < 1000; i++)
        {
            world.Line(LogLevel.Error, $"error number {i}");
            world.Line(LogLevel.Warning, "of a level that nobody asked for");
        }

        var mail = await world.PassWindowAsync(Mails);
        Assert.Contains("Subject: [error] 127.0.0.1: error number 0", mail, StringComparison.Ordinal);
        Assert.Contains("From: registry@example.com", mail, StringComparison.Ordinal);
        Assert.Contains("To: one@example.com, two@example.com", mail, StringComparison.Ordinal);
        Assert.Contains("level=error msg=\"error number 0\" service=ours logger=Tests", mail, StringComparison.Ordinal);
        Assert.Contains($"error number {MailQueue.Capacity - 1}", mail, StringComparison.Ordinal);
        Assert.Contains($"{1000 - MailQueue.Capacity} more lines are not in this mail", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody asked for", mail, StringComparison.Ordinal);
        Assert.Empty(world.Said);
    }

    [Fact]
    public async Task Lines_AfterAMail_WaitTheirTurn()
    {
        var address = ChildProcess.FreeAddress();
        await using var server = await StartMailServerAsync(address);
        using var world = await World.StartAsync(Hook(address), _time);
        world.Line(LogLevel.Error, "first");
        await world.PassWindowAsync(Mails);

        world.Line(LogLevel.Error, "second");
        await Patience.UntilAsync(() => _time.HasWaiting(MailSender.Pause) ? this : null, "the pause");
        _time.Advance(MailSender.Pause - TimeSpan.FromSeconds(1));
        Assert.Single(Mails());
        _time.Advance(TimeSpan.FromSeconds(1));
        var mail = await world.PassWindowAsync(() => Mails().Where(text => text.Contains("second", StringComparison.Ordinal)));

        Assert.DoesNotContain("first", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatIsAway_IsToldOnce_AndTheNextMailSaysWhatIsMissing()
    {
        var address = ChildProcess.FreeAddress();
        using var world = await World.StartAsync(Hook(address), _time);
        world.Line(LogLevel.Error, "lost one");
        var said = await world.PassWindowAsync(() => world.Said);
        Assert.StartsWith($"log lines cannot be mailed through {address.Authority}: ", said, StringComparison.Ordinal);
        world.Line(LogLevel.Error, "lost two");
        await _time.PassAsync(MailSender.Pause);

        await using var server = await StartMailServerAsync(address);
        world.Line(LogLevel.Error, "found");
        var mail = await world.PassWindowAsync(Mails);

        Assert.Contains("more lines are not in this mail", mail, StringComparison.Ordinal);
        Assert.Equal(2, (await Patience.UntilAsync(() => world.Said.Count > 1 ? world.Said : null, "the line that mails go out again")).Count);
        Assert.Equal($"log lines are mailed through {address.Authority} again", world.Said[^1]);
    }

    [Fact]
    public async Task Stop_SendsWhatIsGathered()
    {
        var address = ChildProcess.FreeAddress();
        await using var server = await StartMailServerAsync(address);
        using var world = await World.StartAsync(Hook(address), _time);
        world.Line(LogLevel.Critical, "the last word");

        await world.StopAsync();

        Assert.Contains("[fatal] 127.0.0.1: the last word", Assert.Single(Mails()), StringComparison.Ordinal);
    }

    private static MailHookConfiguration Hook(Uri address) => new()
    {
        Levels = [LogLevel.Error, LogLevel.Critical],
        Server = ListenAddress.Parse(address.Authority),
        From = "registry@example.com",
        To = ["one@example.com", "two@example.com"],
    };

    private Task<ChildProcess> StartMailServerAsync(Uri address) => ChildProcess.StartServerAsync(
        address, "/usr/bin/python3", "-m", "aiosmtpd", "--nosetuid", "--listen", address.Authority, "--class", "aiosmtpd.handlers.Mailbox", _folder.Combine("mails"));

    private IReadOnlyList<string> Mails()
    {
        var folder = _folder.Combine("mails/new");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(File.ReadAllText)] : [];
    }

    /// <summary>A log with one mail hook, and time that stands still.</summary>
    private sealed class World : IDisposable
    {
        private readonly WatchedTime _time;
        private readonly MailSender _sender;
        private readonly ILoggerFactory _loggers;
        private readonly ILogger _logger;
        private readonly Lines _said = new();

        private World(MailHookConfiguration hook, WatchedTime time)
        {
            var queue = new MailQueue();
            var log = new LogConfiguration { Fields = new Dictionary<string, string> { ["service"] = "ours" } };
            var provider = new MailLoggerProvider(hook, queue, new LogLineFormatter(log, time));
            _time = time;
            _loggers = LoggerFactory.Create(logging => logging.AddProvider(provider));
            _logger = _loggers.CreateLogger("Tests");
            _sender = new MailSender(hook, queue, _said, time);
        }

        /// <summary>What the sender wrote to the log.</summary>
        public IReadOnlyList<string> Said => _said.Messages;

        public static async Task<World> StartAsync(MailHookConfiguration hook, WatchedTime time)
        {
            var world = new World(hook, time);
            await world._sender.StartAsync(CancellationToken.None);
            return world;
        }

        public void Line(LogLevel level, string message) => _logger.Log(level, 0, message, null, (text, _) => text);

        /// <summary>Lets the time pass in which lines are gathered, and waits until there is something to see.</summary>
        public async Task<string> PassWindowAsync(Func<IEnumerable<string>> look)
        {
            await _time.PassAsync(MailSender.Window);
            return await Patience.UntilAsync(() => look().FirstOrDefault(), "a mail");
        }

        public Task StopAsync() => _sender.StopAsync(CancellationToken.None);

        public void Dispose()
        {
            _sender.Dispose();
            _loggers.Dispose();
        }
    }

    private sealed class Lines : ILogger<MailSender>
    {
        private readonly List<string> _messages = [];

        public IReadOnlyList<string> Messages
        {
            get
            {
                lock (_messages)
                {
                    return [.. _messages];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_messages)
            {
                _messages.Add(formatter(state, exception));
            }
        }
    }
}
