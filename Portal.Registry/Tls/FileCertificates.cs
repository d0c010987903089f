using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Portal.Registry.Tls;

/// <summary>
/// A certificate from files, which may be renewed while the registry runs: new connections get the new one, at the
/// latest a second after it is there. When it cannot be used, the one of before stays, and the log says so once.
/// </summary>
public sealed partial class FileCertificates : ICertificateSource
{
    // The content is compared, since a renewal may be a link that points elsewhere. That costs little at this pace.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger<FileCertificates> _logger;
    private readonly Lock _turn = new();
    private long _looked;
    private (string Certificate, string Key) _seen;
    private string? _failure;
    private volatile SslStreamCertificateContext _current;

    /// <exception cref="CertificateFileException">There is no usable certificate to begin with.</exception>
    public FileCertificates(CertificateFiles files, TimeProvider time, ILogger<FileCertificates> logger)
    {
        (_files, _time, _logger) = (files, time, logger);
        _looked = time.GetTimestamp();
        _seen = (PemFile.Read(files.Certificate), PemFile.Read(files.Key));
        _current = files.Parse(_seen.Certificate, _seen.Key);
        WarnIfExpired();
    }

    public ValueTask<SslStreamCertificateContext?> GetAsync(string host, CancellationToken cancellationToken)
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _looked)) >= LookEvery && _turn.TryEnter())
        {
            try
            {
                Look();
                Volatile.Write(ref _looked, _time.GetTimestamp());
            }
            finally
            {
                _turn.Exit();
            }
        }

        return new ValueTask<SslStreamCertificateContext?>(_current);
    }

    private void Look()
    {
        try
        {
            var content = (PemFile.Read(_files.Certificate), PemFile.Read(_files.Key));
            if (content == _seen)
            {
                return;
            }

            // Even when it cannot be used: it is judged once.
            _seen = content;
            _current = _files.Parse(content.Item1, content.Item2);
            _failure = null;
            Log.Renewed(_logger, _files.Certificate, _current.TargetCertificate.NotAfter.ToUniversalTime());
            WarnIfExpired();
        }
        catch (CertificateFileException exception)
        {
            if (_failure != exception.Message)
            {
                _failure = exception.Message;
                Log.Unusable(_logger, exception.Message, _current.TargetCertificate.NotAfter.ToUniversalTime());
            }
        }
    }

    private void WarnIfExpired()
    {
        if (_current.TargetCertificate.NotAfter.ToUniversalTime() < _time.GetUtcNow())
        {
            Log.Expired(_logger, _files.Certificate, _current.TargetCertificate.NotAfter.ToUniversalTime());
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
