using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>A mail hook of the whole process, at a server whose certificate an authority of one's own vouches for.</summary>
public sealed class MailTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Hook_WithASignIn_SendsOverStartTls_WhereTheCertificateIsVouchedFor()
    {
        using var authority = new CertificateAuthority("The company's");
        await using var server = await MailServer.StartAsync(_folder.Path, MailTls.StartTls, authority.WriteServer(_folder.Path));
        var address = ChildProcess.FreeAddress();
        var path = _folder.Combine("config.yml");
        await File.WriteAllTextAsync(path, TestYaml.With(_folder.Combine("store"), address.Authority,
            "log: {level: warn, hooks: [{type: mail, levels: [warn], options: {from: registry@example.com, to: [admin@example.com], "
            + $"smtp: {{addr: 'localhost:{server.Address.Port}', username: {MailServer.User}, password: '{MailServer.Password}'}}}}}}]}}\nloglevel: warn"));

        await using var portal = await PortalProcess.StartFromFileAsync(address, path, ("SSL_CERT_FILE", authority.Write(_folder.Path, "ca.pem")));

        // Not at the end, where it has a few seconds only.
        await Patience.UntilAsync(() => server.Mails.Count > 0 ? server : null, "the mail");
        await portal.TerminateAsync();
        Assert.Equal(0, await portal.WaitForExitAsync());

        // What is said at each start without passwords.
        Assert.Contains("no sign-in", Assert.Single(server.Mails), StringComparison.Ordinal);
        Assert.Equal(["sign-in TLS"], await server.EndAsync());
    }
}
