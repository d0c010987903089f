using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Tls;

namespace Portal.Registry.Acme;

/// <summary>
/// The certificates of <c>http.tls.letsencrypt</c>: got one name at a time, kept across restarts, renewed when two thirds
/// of their life are over. What fails is tried again, later each time; the certificate of before stays meanwhile.
/// </summary>
public sealed partial class AcmeCertificates : SoleWorker, ICertificateSource
{
    private const string KeyFile = "its key";

    // How long a handshake waits for the first certificate.
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(5);

    // Let's Encrypt takes five failures an hour for one name: four fall into the first one.
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromHours(6);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private readonly LetsEncryptConfiguration _configuration;
    private readonly AcmeCache _cache;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<AcmeCertificates> _logger;
    private readonly AcmeAccountKey _account;
    private readonly Dictionary<string, AcmeCertificate> _kept;
    private readonly Dictionary<string, Entry> _entries;

    /// <exception cref="CertificateFileException">The cache file cannot be used.</exception>
    public AcmeCertificates(
        LetsEncryptConfiguration configuration, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<AcmeCertificates> logger)
    {
        (_configuration, _lifetime, _time, _logger) = (configuration, lifetime, time, logger);
        Challenges = new AcmeChallenges(time);
        _cache = new AcmeCache(configuration.CacheFile);
        _entries = configuration.Hosts.Distinct().ToDictionary(host => host, _ => new Entry(), StringComparer.OrdinalIgnoreCase);
        var state = _cache.Read();
        if (state?.Directory != configuration.DirectoryUrl)
        {
            // Another server's account and certificates are worth nothing at this one.
            state = null;
        }

        try
        {
            _account = state is null ? AcmeAccountKey.Create() : AcmeAccountKey.FromPem(state.AccountKey);
            _kept = new Dictionary<string, AcmeCertificate>(state?.Certificates ?? new Dictionary<string, AcmeCertificate>());
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CertificateFileException(configuration.CacheFile, CertificateFault.DamagedAccount, $"the account's key in it is damaged; remove the file");
        }

        foreach (var (host, kept) in _kept.Where(kept => _entries.ContainsKey(kept.Key)))
        {
            _entries[host].Take(Load(kept));
        }
    }

    /// <summary>The proofs that the listener has to show.</summary>
    public AcmeChallenges Challenges { get; }

    public async ValueTask<SslStreamCertificateContext?> GetAsync(string host, CancellationToken cancellationToken)
    {
        // Who says no name, as by an address, sees the first one's.
        if (!_entries.TryGetValue(host.Length == 0 ? _configuration.Hosts[0] : host, out var entry))
        {
            return null;
        }

        if (entry.Certificate is null)
        {
            try
            {
                await entry.First.WaitAsync(HandshakePatience, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                Log.NotYet(_logger, host);
            }
        }

        return entry.Certificate;
    }

    /// <exception cref="IOException">The cache file cannot be written: each start would use up the server's limits.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await KeepAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _account.Dispose();
        base.Dispose();
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        // The server looks at the listener: it has to be open.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (_lifetime.ApplicationStarted.Register(started.SetResult))
        {
            await started.Task.WaitAsync(stoppingToken);
        }

        while (true)
        {
            var (host, entry) = _entries.MinBy(pair => pair.Value.Due);
            while (entry.Due - _time.GetUtcNow() is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait < LongestSleep ? wait : LongestSleep, _time, stoppingToken);
            }

            await RenewAsync(host, entry, stoppingToken);
        }
    }

    private async Task RenewAsync(string host, Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new AcmeClient(_configuration.DirectoryUrl, _account, new SocketsHttpHandler());
            await client.RegisterAsync(_configuration.Email, cancellationToken);
            var issued = await new AcmeIssuance(client, _account, Challenges, _time).IssueAsync(host, cancellationToken);
            entry.Take(Load(issued));
            entry.Retry = FirstRetry;
            Log.Issued(_logger, host, entry.Certificate!.TargetCertificate.NotAfter.ToUniversalTime(), entry.Due.UtcDateTime);
            _kept[host] = issued;
            await KeepAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && entry.Certificate is not null && entry.Due > _time.GetUtcNow())
        {
            Log.NotKept(_logger, exception, host, _configuration.CacheFile);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, the next try may do better; the registry goes on with what it has.
            entry.Due = _time.GetUtcNow() + entry.Retry;
            entry.Retry = entry.Retry * 4 < LastRetry ? entry.Retry * 4 : LastRetry;
            Log.Failed(_logger, host, exception.Message, entry.Due.UtcDateTime);
        }
    }

    private Task KeepAsync(CancellationToken cancellationToken) =>
        _cache.WriteAsync(new AcmeState(_configuration.DirectoryUrl, _account.ToPem(), _kept), cancellationToken);

    /// <exception cref="CertificateFileException">They do not belong together.</exception>
    private SslStreamCertificateContext Load(AcmeCertificate certificate) =>
        new CertificateFiles(_configuration.CacheFile, KeyFile).Parse(certificate.Chain, certificate.Key);

    /// <summary>One name's certificate, and when something is to be done about it.</summary>
    private sealed class Entry
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile SslStreamCertificateContext? _certificate;

        public SslStreamCertificateContext? Certificate => _certificate;

        /// <summary>Done when there is one.</summary>
        public Task First => _first.Task;

        public DateTimeOffset Due { get; set; }

        public TimeSpan Retry { get; set; } = FirstRetry;

        public void Take(SslStreamCertificateContext certificate)
        {
            var (from, until) = (certificate.TargetCertificate.NotBefore, certificate.TargetCertificate.NotAfter);
            _certificate = certificate;
            Due = new DateTimeOffset(from) + ((until - from) * 2 / 3);
            _first.TrySetResult();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Host} has a new certificate, valid until {Until:u}; it is renewed at {Due:u}")]
        public static partial void Issued(ILogger logger, string host, DateTime until, DateTime due);

        [LoggerMessage(LogLevel.Warning, "there is no certificate for {Host} yet: a client was turned away")]
        public static partial void NotYet(ILogger logger, string host);

        [LoggerMessage(LogLevel.Warning, "the new certificate of {Host} is used, and could not be kept in {Path} (http.tls.letsencrypt.cachefile): the next start has to get another one")]
        public static partial void NotKept(ILogger logger, Exception exception, string host, string path);

        [LoggerMessage(LogLevel.Error, "no certificate was got for {Host}; again at {Due:u}: {Problem}")]
        public static partial void Failed(ILogger logger, string host, string problem, DateTime due);
    }
}
