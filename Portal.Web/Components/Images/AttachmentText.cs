using Portal.Registry.Inspection.Attachments;

namespace Portal.Web.Components.Images;

/// <summary>What is attached to an image, in words.</summary>
public static class AttachmentText
{
    public static string NameOf(AttachmentKind kind) => kind switch
    {
        AttachmentKind.Signature => "Signature",
        AttachmentKind.Sbom => "SBOM",
        AttachmentKind.Provenance => "Provenance",
        AttachmentKind.Statement => "Statement",
        _ => "Artifact",
    };

    /// <summary>A manifest by its documents: <c>SBOM, Provenance</c>.</summary>
    public static string NameOf(Attachment attachment)
    {
        var names = attachment.Parts.Select(part => NameOf(part.Kind)).Distinct().ToList();
        return names.Count == 0 ? "Artifact" : string.Join(", ", names);
    }

    /// <summary>Who says to have signed. Never more than a claim.</summary>
    public static string Describe(SignatureClaim claim) => claim switch
    {
        { Certificate: { } certificate } => $"Claims to be signed by {certificate.Signer} – not verified here.",
        { HasCertificate: true } => "Signed with a certificate that cannot be read – not verified here.",
        _ => "Signed with a key – not verified here.",
    };

    /// <summary>Whether a document speaks of the manifest that it is attached to.</summary>
    public static string DescribeSubject(bool? isAboutSubject) => isAboutSubject switch
    {
        true => "Yes: it names this digest",
        false => "No: it names another digest than the one it is attached to",
        null => "It does not say in a way that can be compared here",
    };
}
