using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Portal.Registry.Tls;
using Portal.Storage.Blobs;

namespace Portal.Registry.Auth.Tokens;

/// <summary>Whose signatures count, at one instant. A change of the files makes another one.</summary>
public sealed class TrustedKeys
{
    private const int RememberedChains = 100;

    private readonly TimeProvider _time;
    private readonly bool _hasRoots;
    private readonly Authorities _authorities;
    private readonly ILookup<string, TokenKey> _byId;
    private readonly BoundedCache<string, (TokenKey Key, DateTime Until)> _chains = new(RememberedChains, _ => 1);

    /// <param name="roots">To one of these a token's own certificates have to lead; their keys sign as well.</param>
    /// <param name="keys">Further keys, each by a name that tokens may call it; null for the ids that follow from the key itself.</param>
    public TrustedKeys(X509Certificate2Collection roots, IReadOnlyList<(string? Id, TokenKey Key)> keys, TimeProvider time)
    {
        (_hasRoots, _authorities, _time) = (roots.Count > 0, new Authorities(roots), time);
        _byId = keys.Concat(roots.Select(root => TokenKey.OfCertificate(root)).OfType<TokenKey>().Select(key => ((string?)null, key)))
            .SelectMany(entry => new[] { entry.Item1, entry.Item2.LibtrustId, entry.Item2.Thumbprint }.OfType<string>().Select(id => (Id: id, Key: entry.Item2)))
            .ToLookup(entry => entry.Id, entry => entry.Key, StringComparer.Ordinal);
    }

    /// <summary>The keys that may have signed a token: by its certificates, else by the key it brings along, else by its key's id.</summary>
    /// <remarks>What a token brings along only says which of the keys known here it means: it is never believed by itself.</remarks>
    /// <exception cref="TokenRefusedException">None is trusted.</exception>
    public IEnumerable<TokenKey> Find(JsonWebToken token)
    {
        if (token.Certificates is [_, ..] chain && _hasRoots)
        {
            return [OfChain(chain)];
        }

        if (token.Key is { } jwk)
        {
            return [OfJwk(jwk)];
        }

        return token.KeyId is not { } id
            ? throw new TokenRefusedException("it does not say which key signed it: none of x5c, jwk and kid is there or can be used")
            : _byId.Contains(id) ? _byId[id] : throw new TokenRefusedException($"nobody here knows its key {TokenRefusedException.Quote(id)} (kid)");
    }

    private TokenKey OfJwk(JsonElement jwk)
    {
        var key = TokenKey.OfJwk(jwk) ?? throw new TokenRefusedException("the key it brings along is of no kind that is taken (jwk)");
        var trusted = _hasRoots && jwk.TryGetProperty("x5c", out var chain) && chain.ValueKind is JsonValueKind.Array && chain.GetArrayLength() > 0
            ? OfChain([.. chain.EnumerateArray().Take(10).Select(item => item.ValueKind is JsonValueKind.String ? JsonWebToken.TextOf(item) : "")])
            : _byId[key.Thumbprint].FirstOrDefault();
        return trusted?.Thumbprint == key.Thumbprint
            ? trusted
            : throw new TokenRefusedException("the key it brings along is not trusted (jwk)");
    }

    /// <summary>The key of a chain's first certificate, when the chain ends in one of the roots.</summary>
    private TokenKey OfChain(IReadOnlyList<string> chain)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        if (_chains.TryGet(chain[0], out var known) && now <= known.Until)
        {
            return known.Key;
        }

        var certificates = new List<X509Certificate2>();
        try
        {
            foreach (var text in chain)
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text)));
            }

            var until = RequireTrust(certificates, now);
            var key = TokenKey.OfCertificate(certificates[0]) ?? throw new TokenRefusedException("its certificate's key is of no kind that is taken (x5c)");
            _chains.Set(chain[0], (key, until));
            return key;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            throw new TokenRefusedException("its certificates cannot be read (x5c)");
        }
        finally
        {
            certificates.ForEach(certificate => certificate.Dispose());
        }
    }

    /// <returns>How long what was found out holds.</returns>
    private DateTime RequireTrust(List<X509Certificate2> certificates, DateTime now)
    {
        using var chain = new X509Chain { ChainPolicy = _authorities.Policy(purpose: null) };
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = now;
        chain.ChainPolicy.ExtraStore.AddRange(certificates.Skip(1).ToArray());
        if (!chain.Build(certificates[0]) || !_authorities.VouchFor(chain))
        {
            var status = chain.ChainStatus.Select(problem => problem.Status).Distinct();
            throw new TokenRefusedException($"its certificates do not lead to the bundle (x5c: {string.Join(", ", status)})");
        }

        return chain.ChainElements.Min(element => element.Certificate.NotAfter).ToUniversalTime();
    }
}
