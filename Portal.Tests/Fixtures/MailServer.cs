using Portal.Registry.Tls;

namespace Portal.Tests.Fixtures;

/// <summary>When a <see cref="MailServer"/> speaks TLS.</summary>
public enum MailTls
{
    Never,

    /// <summary>After <c>STARTTLS</c>, and it signs nobody in before.</summary>
    StartTls,

    /// <summary>From the first byte on.</summary>
    Implicit,
}

/// <summary>Debian's <c>aiosmtpd</c> with a user, who has to sign in before a mail is taken; each mail becomes a file.</summary>
public sealed class MailServer : IAsyncDisposable
{
    public const string User = "registry";
    public const string Password = "pass word:ü";

    private const string Program = """
        import asyncio, ssl, sys
        from aiosmtpd.handlers import Mailbox
        from aiosmtpd.smtp import SMTP, AuthResult

        host, port, mode, folder, certificate, key, user, password = sys.argv[1:]
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, key)

        def authenticate(server, session, envelope, mechanism, data):
            print("sign-in", "TLS" if mode == "Implicit" or session.ssl else "plain", flush=True)
            return AuthResult(success=data.login == user.encode() and data.password == password.encode())

        def make():
            return SMTP(Mailbox(folder), authenticator=authenticate, auth_required=True, auth_require_tls=mode == "StartTls",
                        require_starttls=mode == "StartTls", tls_context=tls if mode == "StartTls" else None)

        async def main():
            server = await asyncio.get_running_loop().create_server(make, host, int(port), ssl=tls if mode == "Implicit" else None)
            await server.serve_forever()

        asyncio.run(main())
        """;

    private readonly ChildProcess _process;
    private readonly string _mails;

    private MailServer(ChildProcess process, Uri address, string mails) => (_process, Address, _mails) = (process, address, mails);

    public Uri Address { get; }

    /// <summary>The mails that came.</summary>
    public IReadOnlyList<string> Mails
    {
        get
        {
            var folder = Path.Combine(_mails, "new");
            return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(File.ReadAllText)] : [];
        }
    }

    /// <summary>Ends it, so that all it said is there.</summary>
    /// <returns>One entry for each attempt to sign in: "sign-in TLS" or "sign-in plain".</returns>
    public async Task<IReadOnlyCollection<string>> EndAsync()
    {
        await _process.KillAsync();
        return [.. _process.Output.Where(line => line.StartsWith("sign-in", StringComparison.Ordinal))];
    }

    public static async Task<MailServer> StartAsync(string folder, MailTls tls, CertificateFiles certificate)
    {
        var (address, mails) = (ChildProcess.FreeAddress(), Path.Combine(folder, "mails"));
        string[] arguments = ["-c", Program, "0.0.0.0", $"{address.Port}", $"{tls}", mails, certificate.Certificate, certificate.Key, User, Password];
        return new MailServer(await ChildProcess.StartServerAsync(address, "/usr/bin/python3", arguments), address, mails);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
