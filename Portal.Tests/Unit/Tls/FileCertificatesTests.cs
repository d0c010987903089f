using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Tls;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Tls;

public sealed class FileCertificatesTests : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = new("Authority");
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly LogSink<FileCertificates> _log = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Get_RenewedFiles_GivesTheNewCertificate()
    {
        var files = _authority.WriteServer(_folder.Path, common: "old");
        var certificates = new FileCertificates(files, _time, _log);
        Assert.Equal("CN=old", await SubjectAsync(certificates));

        _authority.WriteServer(_folder.Path, common: "new");
        _time.Advance(Look);

        Assert.Equal("CN=new", await SubjectAsync(certificates));
        Assert.StartsWith("Information: new connections get the new certificate of ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_BrokenFile_KeepsTheOldOneAndWarnsOnce()
    {
        var files = _authority.WriteServer(_folder.Path, common: "old");
        var certificates = new FileCertificates(files, _time, _log);

        File.WriteAllText(files.Certificate, "half of a");
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(Look);
            Assert.Equal("CN=old", await SubjectAsync(certificates));
        }

        var line = Assert.Single(_log.Lines);
        Assert.StartsWith("Warning: the new certificate cannot be used, and the one of before stays", line, StringComparison.Ordinal);
        Assert.Contains($"{files.Certificate}: holds no certificate in PEM form", line, StringComparison.Ordinal);

        _authority.WriteServer(_folder.Path, common: "mended");
        _time.Advance(Look);
        Assert.Equal("CN=mended", await SubjectAsync(certificates));
    }

    [Fact]
    public async Task Get_CertificateBeforeItsKey_WaitsForTheKey()
    {
        var files = _authority.WriteServer(_folder.Path, common: "old");
        var certificates = new FileCertificates(files, _time, _log);
        var next = _authority.WriteServer(_folder.Path, "next", common: "new");

        File.Copy(next.Certificate, files.Certificate, overwrite: true);
        _time.Advance(Look);
        Assert.Equal("CN=old", await SubjectAsync(certificates));

        File.Copy(next.Key, files.Key, overwrite: true);
        _time.Advance(Look);
        Assert.Equal("CN=new", await SubjectAsync(certificates));
    }

    [Fact]
    public async Task Get_LinkThatPointsElsewhere_GivesTheNewCertificate()
    {
        _authority.WriteServer(Directory.CreateDirectory(_folder.Combine("1")).FullName, common: "old");
        _authority.WriteServer(Directory.CreateDirectory(_folder.Combine("2")).FullName, common: "new");
        Directory.CreateSymbolicLink(_folder.Combine("live"), "1");
        var certificates = new FileCertificates(
            new CertificateFiles(_folder.Combine("live/server.crt"), _folder.Combine("live/server.key")), _time, _log);

        Directory.Delete(_folder.Combine("live"));
        Directory.CreateSymbolicLink(_folder.Combine("live"), "2");
        _time.Advance(Look);

        Assert.Equal("CN=new", await SubjectAsync(certificates));
    }

    [Fact]
    public void Start_ExpiredCertificate_Warns()
    {
        _time.Advance(TimeSpan.FromDays(365));

        _ = new FileCertificates(_authority.WriteServer(_folder.Path), _time, _log);

        Assert.Contains("has expired at", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private static async Task<string> SubjectAsync(FileCertificates certificates) =>
        (await certificates.GetAsync("", CancellationToken.None))!.TargetCertificate.Subject;
}
