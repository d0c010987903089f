using System.Buffers;
using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Portal.Registry.Tls;
using Portal.Registry.Transport;

namespace Portal.Registry.Acme;

/// <summary>
/// The proofs that an ACME server looks at by a TLS handshake of its own (RFC 8737): it offers the one protocol
/// "acme-tls/1", and is shown a certificate that carries the proof. Such a connection ends with its handshake.
/// </summary>
public sealed class AcmeChallenges(TimeProvider time)
{
    private const string Identifier = "1.3.6.1.5.5.7.1.31";
    private const int RecordHeader = 5;
    private const int LongestRecord = RecordHeader + (16 * 1024);

    // The whole extension (RFC 7301): its type, its length, the list's length, and the one name.
    private static readonly byte[] Offer = [0, 16, 0, 13, 0, 11, 10, .. "acme-tls/1"u8];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, SslStreamCertificateContext> _shown = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The protocol of such a handshake.</summary>
    public static SslApplicationProtocol Protocol { get; } = new("acme-tls/1");

    /// <summary>A middleware for connections before TLS, which finds the server's among them.</summary>
    public ConnectionDelegate Find(ConnectionDelegate next) => async connection =>
    {
        // Only while a proof is due: no other time costs anything.
        if (!_shown.IsEmpty && await FirstBytes.JudgeAsync(connection, Patience, OffersProof) is true)
        {
            connection.Features.Set(new AcmeHandshake(this));
        }

        await next(connection);
    };

    /// <summary>A middleware for connections after TLS, which ends the server's.</summary>
    public static ConnectionDelegate End(ConnectionDelegate next) => connection =>
        connection.Features.Get<AcmeHandshake>() is null ? next(connection) : Task.CompletedTask;

    /// <summary>Shows a proof until it is disposed.</summary>
    /// <param name="keyAuthorization">The challenge's token and the account's thumbprint (RFC 8555, 8.1).</param>
    internal IDisposable Show(string host, string keyAuthorization)
    {
        _shown[host] = CreateProof(host, keyAuthorization);
        return new Showing(this, host);
    }

    internal SslStreamCertificateContext? ProofOf(string host) => _shown.GetValueOrDefault(host);

    private SslStreamCertificateContext CreateProof(string host, string keyAuthorization)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var value = new AsnWriter(AsnEncodingRules.DER);
        value.WriteOctetString(SHA256.HashData(Encoding.ASCII.GetBytes(keyAuthorization)));
        request.CertificateExtensions.Add(new X509Extension(Identifier, value.Encode(), critical: true));
        var now = time.GetUtcNow();
        return Certificates.WithChain(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)), []);
    }

    /// <summary>Whether a client's first message offers the protocol of proofs; null while it is not whole.</summary>
    private static bool? OffersProof(ReadOnlySequence<byte> content)
    {
        var hello = content.Slice(0, Math.Min(content.Length, LongestRecord)).ToArray();
        var isWhole = hello.Length >= RecordHeader && hello.Length >= Math.Min(LongestRecord, RecordHeader + (hello[3] << 8) + hello[4]);
        return isWhole ? hello.AsSpan().IndexOf(Offer) >= 0 : null;
    }

    private sealed class Showing(AcmeChallenges challenges, string host) : IDisposable
    {
        public void Dispose() => challenges._shown.TryRemove(host, out _);
    }
}

/// <summary>Marks a connection as an ACME server's.</summary>
public sealed class AcmeHandshake(AcmeChallenges challenges)
{
    /// <summary>The proof for a name; null when none is due.</summary>
    public SslStreamCertificateContext? ProofOf(string host) => challenges.ProofOf(host);
}
