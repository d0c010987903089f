namespace Portal.Registry.Tls;

/// <summary>A file of TLS cannot be used: it is not there, cannot be read, or holds something else.</summary>
/// <param name="path">The file.</param>
/// <param name="reason">What is wrong and the remedy, without the file's name. Never holds what is in a key.</param>
public sealed class CertificateFileException(string path, string reason) : IOException($"{path}: {reason}")
{
    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>What is wrong and the remedy, without the file's name.</summary>
    public string Reason => reason;
}
