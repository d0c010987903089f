using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>
/// What a certificate beside a signature says of who signed. Nothing of it was verified: anybody can make such a certificate.
/// </summary>
/// <param name="Subject">Its distinguished name; empty for Fulcio's.</param>
/// <param name="Issuer">The distinguished name of who issued it.</param>
/// <param name="Identities">Mail addresses, URIs and names of its alternative names.</param>
/// <param name="IdentityProvider">Who vouched for the identity to Fulcio (OpenID Connect); null for other certificates.</param>
/// <param name="SourceRepository">From where the work flow that signed came, by Fulcio's word.</param>
public sealed record CertificateClaim(
    string Subject, string Issuer, IReadOnlyList<string> Identities, string? IdentityProvider, string? SourceRepository, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    private const int MaxNames = 20;
    private const string AlternativeNames = "2.5.29.17";
    private const string FulcioIssuerOld = "1.3.6.1.4.1.57264.1.1";
    private const string FulcioIssuer = "1.3.6.1.4.1.57264.1.8";
    private const string FulcioSource = "1.3.6.1.4.1.57264.1.12";

    /// <summary>The one line that stands for the signer.</summary>
    public string Signer => Identities.Count > 0 ? ClaimText.Cut(string.Join(", ", Identities)) : Subject.Length > 0 ? Subject : "someone without a name";

    /// <param name="content">One certificate, DER or PEM.</param>
    /// <returns>Null when it is none that can be read.</returns>
    public static CertificateClaim? Read(ReadOnlySpan<byte> content)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(content);
            return new CertificateClaim(
                ClaimText.Cut(certificate.Subject),
                ClaimText.Cut(certificate.Issuer),
                Names(certificate),
                Der(certificate, FulcioIssuer) ?? Plain(certificate, FulcioIssuerOld),
                Der(certificate, FulcioSource),
                certificate.NotBefore.ToUniversalTime(),
                certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException or ArgumentException)
        {
            return null;
        }
    }

    private static List<string> Names(X509Certificate2 certificate)
    {
        var names = new List<string>();
        if (Find(certificate, AlternativeNames) is not { } extension)
        {
            return names;
        }

        var sequence = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData && names.Count < MaxNames)
        {
            var tag = sequence.PeekTag();
            if (tag is { TagClass: TagClass.ContextSpecific, TagValue: 1 or 2 or 6 })
            {
                // Mail address, DNS name, URI.
                names.Add(ClaimText.Cut(sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
            }
            else if (tag is { TagClass: TagClass.ContextSpecific, TagValue: 0 })
            {
                var other = sequence.ReadSequence(tag);
                other.ReadObjectIdentifier();
                var value = other.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
                if (value.PeekTag().HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.UTF8String)))
                {
                    names.Add(ClaimText.Cut(value.ReadCharacterString(UniversalTagNumber.UTF8String)));
                }
            }
            else
            {
                sequence.ReadEncodedValue();
            }
        }

        return names;
    }

    private static string? Plain(X509Certificate2 certificate, string oid) =>
        Find(certificate, oid) is { } value ? ClaimText.Cut(Encoding.UTF8.GetString(value)) : null;

    private static string? Der(X509Certificate2 certificate, string oid) =>
        Find(certificate, oid) is { } value
            ? ClaimText.Cut(new AsnReader(value, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.UTF8String))
            : null;

    private static byte[]? Find(X509Certificate2 certificate, string oid) =>
        certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == oid)?.RawData;
}
