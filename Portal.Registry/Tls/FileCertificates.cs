using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Portal.Registry.Tls;

/// <summary>
/// A certificate from files, which may be renewed while the registry runs: new connections get the new one, at the
/// latest a second after it is there. When it cannot be used, the one of before stays, and the log says so once.
/// </summary>
public sealed partial class FileCertificates : ICertificateSource
{
    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger<FileCertificates> _logger;
    private readonly PemSource<SslStreamCertificateContext> _source;

    /// <exception cref="CertificateFileException">There is no usable certificate to begin with.</exception>
    public FileCertificates(CertificateFiles files, TimeProvider time, ILogger<FileCertificates> logger)
    {
        (_files, _time, _logger) = (files, time, logger);
        _source = new PemSource<SslStreamCertificateContext>(
            [files.Certificate, files.Key], texts => files.Parse(texts[0], texts[1]), time, OnRenewed, OnUnusable);
        WarnIfExpired(_source.Get());
    }

    public ValueTask<SslStreamCertificateContext?> GetAsync(string host, CancellationToken cancellationToken) => new(_source.Get());

    private void OnRenewed(SslStreamCertificateContext certificate)
    {
        Log.Renewed(_logger, _files.Certificate, certificate.TargetCertificate.NotAfter.ToUniversalTime());
        WarnIfExpired(certificate);
    }

    private void OnUnusable(string problem, SslStreamCertificateContext kept) =>
        Log.Unusable(_logger, problem, kept.TargetCertificate.NotAfter.ToUniversalTime());

    private void WarnIfExpired(SslStreamCertificateContext certificate)
    {
        if (certificate.TargetCertificate.NotAfter.ToUniversalTime() < _time.GetUtcNow())
        {
            Log.Expired(_logger, _files.Certificate, certificate.TargetCertificate.NotAfter.ToUniversalTime());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "new connections get the new certificate of {Path}, valid until {Until:u}")]
        public static partial void Renewed(ILogger logger, string path, DateTime until);

        [LoggerMessage(LogLevel.Warning, "the new certificate cannot be used, and the one of before stays, valid until {Until:u}: {Problem}")]
        public static partial void Unusable(ILogger logger, string problem, DateTime until);

        [LoggerMessage(LogLevel.Warning, "the certificate in {Path} has expired at {Until:u}: clients refuse it; renew it")]
        public static partial void Expired(ILogger logger, string path, DateTime until);
    }
}
