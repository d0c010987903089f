using Portal.Storage.Reasons;

namespace Portal.Registry.Tls;

/// <summary>A file of TLS cannot be used: it is not there, cannot be read, or holds something else.</summary>
/// <param name="path">The file.</param>
/// <param name="what">What is wrong and the remedy, without the file's name. Never holds what is in a key.</param>
public sealed class CertificateFileException(string path, Reason what) : IOException($"{path}: {what}"), IReasoned
{
    internal CertificateFileException(string path, CertificateFault kind, FormattableString english)
        : this(path, new Reason(kind, english))
    {
    }

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>What is wrong and the remedy, with the file's name.</summary>
    public Reason Reason => new(CertificateFault.OfFile, $"{path}: {what}");
}
