using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Configuration;
using Portal.Registry.Observability;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Observability;

/// <summary>Mails with a sign-in, over TLS.</summary>
public sealed class MailTlsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = new("Nobody's authority");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(MailTls.StartTls)]
    [InlineData(MailTls.Implicit)]
    public async Task Insecure_AnyCertificate_SignsInOverTls(MailTls tls)
    {
        await using var server = await StartAsync(tls);

        var said = await SendAsync(server, Hook(server) with { Insecure = true }, tls);

        Assert.Empty(said);
        Assert.Equal(["sign-in TLS"], await server.EndAsync());
        Assert.Contains("the last word", Assert.Single(server.Mails), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MailTls.StartTls)]
    [InlineData(MailTls.Implicit)]
    public async Task Secure_ACertificateThatNobodyVouchesFor_SendsNeitherPasswordNorMail(MailTls tls)
    {
        await using var server = await StartAsync(tls);

        var said = await SendAsync(server, Hook(server), tls);

        Assert.StartsWith($"Warning: log lines cannot be mailed through {server.Address.Authority}: ", Assert.Single(said), StringComparison.Ordinal);
        Assert.DoesNotContain(MailServer.Password, said[0], StringComparison.Ordinal);
        Assert.Empty(await server.EndAsync());
        Assert.Empty(server.Mails);
    }

    /// <summary>The server is asked by the machine's name, which is not known for loopback: there a password has to be encrypted.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ServerWithoutTls_GetsThePasswordWhereInsecureAlone(bool isInsecure)
    {
        await using var server = await StartAsync(MailTls.Never);
        var elsewhere = new ListenAddress(Dns.GetHostName(), server.Address.Port);

        var said = await SendAsync(server, Hook(server) with { Server = elsewhere, Insecure = isInsecure }, MailTls.Never);

        Assert.Equal(isInsecure ? 0 : 1, said.Count);
        Assert.Equal(isInsecure ? ["sign-in plain"] : [], await server.EndAsync());
        Assert.Equal(isInsecure ? 1 : 0, server.Mails.Count);
    }

    [Fact]
    public async Task Server_ThatIsNoAddress_IsToldAndHarmsNothing()
    {
        await using var server = await StartAsync(MailTls.Never);

        var said = await SendAsync(server, Hook(server) with { Server = new ListenAddress("0.0.0.0", server.Address.Port) }, MailTls.Never);

        Assert.StartsWith("Warning: log lines cannot be mailed through 0.0.0.0", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongPassword_IsToldWithoutIt()
    {
        await using var server = await StartAsync(MailTls.StartTls);

        var said = await SendAsync(server, Hook(server) with { Insecure = true, Password = new Secret("not this") }, MailTls.StartTls, TimeProvider.System);

        Assert.StartsWith("Warning: log lines cannot be mailed", Assert.Single(said), StringComparison.Ordinal);
        Assert.DoesNotContain("not this", said[0], StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    private Task<MailServer> StartAsync(MailTls tls) => MailServer.StartAsync(_folder.Path, tls, _authority.WriteServer(_folder.Path));

    private static MailHookConfiguration Hook(MailServer server) => new()
    {
        Levels = [LogLevel.Error],
        Server = ListenAddress.Parse(server.Address.Authority),
        Username = MailServer.User,
        Password = new Secret(MailServer.Password),
        From = "registry@example.com",
        To = ["one@example.com"],
    };

    /// <summary>Sends a line as a registry does that ends.</summary>
    /// <param name="time">
    /// By which a last mail has a short deadline; null for none, as on a busy machine one that is well may take longer.
    /// </param>
    /// <returns>What the log says of it.</returns>
    private static async Task<IReadOnlyList<string>> SendAsync(MailServer server, MailHookConfiguration hook, MailTls tls, TimeProvider? time = null)
    {
        var (queue, log) = (new MailQueue(), new LogSink<MailSender>());
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(
            new MailLoggerProvider(hook, queue, new LogLineFormatter(new LogConfiguration(), TimeProvider.System))));
        using var sender = new MailSender(hook, queue, log, time ?? new FakeTimeProvider())
        {
            ImplicitTlsPort = tls is MailTls.Implicit ? server.Address.Port : 465,
        };
        loggers.CreateLogger("Tests").Log(LogLevel.Error, 0, "the last word", null, (text, _) => text);
        await sender.StartAsync(CancellationToken.None);
        await sender.StopAsync(CancellationToken.None);
        return [.. log.Lines];
    }
}
