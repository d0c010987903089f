using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Portal.Registry.Acme;

/// <summary>One certificate from order to download, proven by a TLS handshake (RFC 8555, 7.4; RFC 8737).</summary>
/// <param name="challenges">Where the proof is put, for as long as the server may look at it.</param>
internal sealed class AcmeIssuance(AcmeClient client, AcmeAccountKey account, AcmeChallenges challenges, TimeProvider time)
{
    private const string TlsAlpn = "tls-alpn-01";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int MostLooks = 120;

    /// <exception cref="AcmeException">The server does not give it.</exception>
    public async Task<AcmeCertificate> IssueAsync(string host, CancellationToken cancellationToken)
    {
        var (order, address) = await client.OrderAsync(host, cancellationToken);
        foreach (var authorization in order.Authorizations)
        {
            await ProveAsync(host, authorization, cancellationToken);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await client.SendAsync(order.Finalize, new JsonObject { ["csr"] = Base64Url.EncodeToString(Request(host, key)) }, cancellationToken);
        var done = await WaitAsync<AcmeOrder>(address, current => current.Status is "valid" or "invalid", cancellationToken);
        if (done is not { Status: "valid", Certificate: { } certificate })
        {
            throw new AcmeException(done.Error?.Type, done.Error?.Detail ?? "the order became invalid");
        }

        return new AcmeCertificate(await client.GetTextAsync(certificate, cancellationToken), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task ProveAsync(string host, Uri address, CancellationToken cancellationToken)
    {
        var authorization = await client.GetAsync<AcmeAuthorization>(address, cancellationToken);
        if (authorization.Status == "valid")
        {
            return;
        }

        if (authorization.Challenges.FirstOrDefault(challenge => challenge.Type == TlsAlpn) is not { Token: { } token } challenge)
        {
            throw new AcmeException(null, $"the server offers no {TlsAlpn} for this name");
        }

        using (challenges.Show(host, $"{token}.{account.Thumbprint}"))
        {
            await client.SendAsync(challenge.Url, [], cancellationToken);
            authorization = await WaitAsync<AcmeAuthorization>(address, current => current.Status != "pending", cancellationToken);
        }

        if (authorization.Status != "valid")
        {
            var problem = authorization.Challenges.FirstOrDefault(other => other.Error is not null)?.Error;
            throw new AcmeException(
                problem?.Type, $"the server could not see that {host} is this registry, by TLS on port 443: {problem?.Detail ?? authorization.Status}");
        }
    }

    private async Task<T> WaitAsync<T>(Uri address, Predicate<T> isDone, CancellationToken cancellationToken)
    {
        for (var looks = 0; looks < MostLooks; looks++)
        {
            var current = await client.GetAsync<T>(address, cancellationToken);
            if (isDone(current))
            {
                return current;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        throw new AcmeException(null, $"the server came to no end within {MostLooks * Pause.TotalSeconds} s");
    }

    private static byte[] Request(string host, ECDsa key)
    {
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSigningRequest();
    }
}
