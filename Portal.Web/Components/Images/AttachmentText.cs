using Portal.Registry.Inspection.Attachments;
using Portal.Web.Words;

namespace Portal.Web.Components.Images;

/// <summary>What is attached to an image, in words.</summary>
public static class AttachmentText
{
    public static string NameOf(AttachmentKind kind) => kind switch
    {
        AttachmentKind.Signature => ImageWords.Signature,
        AttachmentKind.Sbom => ImageWords.Sbom,
        AttachmentKind.Provenance => ImageWords.Provenance,
        AttachmentKind.Statement => ImageWords.Statement,
        _ => ImageWords.Artifact,
    };

    /// <summary>A manifest by its documents: <c>SBOM, Provenance</c>.</summary>
    public static string NameOf(Attachment attachment)
    {
        var names = attachment.Parts.Select(part => NameOf(part.Kind)).Distinct().ToList();
        return names.Count == 0 ? ImageWords.Artifact : string.Join(", ", names);
    }

    /// <summary>Who says to have signed. Never more than a claim.</summary>
    public static string Describe(SignatureClaim claim) => claim switch
    {
        { Certificate: { } certificate } => ImageWords.ClaimsSigner.With(certificate.Signer),
        { HasCertificate: true } => ImageWords.SignedUnreadable,
        _ => ImageWords.SignedKey,
    };

    /// <summary>Whether a document speaks of the manifest that it is attached to.</summary>
    public static string DescribeSubject(bool? isAboutSubject) => isAboutSubject switch
    {
        true => ImageWords.AboutYes,
        false => ImageWords.AboutNo,
        null => ImageWords.AboutUnknown,
    };
}
