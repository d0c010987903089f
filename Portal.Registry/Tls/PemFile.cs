using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Portal.Storage.Reasons;

namespace Portal.Registry.Tls;

/// <summary>Reads the files that <c>http.tls</c> and <c>auth.token</c> name.</summary>
internal static class PemFile
{
    // Some hundred times a long chain; a bundle of every public authority has 250 KiB.
    private const int MaxSize = 1024 * 1024;

    /// <param name="kind">What the file should be, for the message; null for PEM.</param>
    /// <exception cref="CertificateFileException">There is no such file, it cannot be read or is too long.</exception>
    public static string Read(string path, Reason? kind = null)
    {
        kind ??= new Reason(CertificateFault.PemFile, $"a PEM file");
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[MaxSize + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxSize
                ? Encoding.Latin1.GetString(bytes, 0, length)
                : throw new CertificateFileException(path, CertificateFault.TooLong, $"is longer than {MaxSize / 1024} KiB; name {kind}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateFileException(path, CertificateFault.NoSuchFile, $"there is no such file");
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or (IOException and not CertificateFileException))
        {
            throw new CertificateFileException(path, Directory.Exists(path)
                ? new Reason(CertificateFault.Folder, $"is a directory; name {kind}")
                : new Reason(CertificateFault.Unreadable, $"cannot be read by the user that the registry runs as ({exception.GetType().Name})"));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new CertificateFileException(path, CertificateFault.NoPath, $"is not a path");
        }
    }

    /// <summary>Every certificate of a file, in its order.</summary>
    /// <exception cref="CertificateFileException">There is none, or one is damaged.</exception>
    public static X509Certificate2Collection Certificates(string path, string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            throw new CertificateFileException(path, CertificateFault.DamagedCertificate, $"holds a certificate that is damaged");
        }

        return certificates.Count > 0
            ? certificates
            : throw new CertificateFileException(path, CertificateFault.NoCertificate, $"holds no certificate in PEM form (\"-----BEGIN CERTIFICATE-----\")");
    }

    /// <summary>Refuses text in which there is no key that can be used without a passphrase.</summary>
    /// <exception cref="CertificateFileException">There is none, or it is encrypted.</exception>
    public static void RequireKey(string path, string text)
    {
        if (text.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal)
            || text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new CertificateFileException(
                path, CertificateFault.EncryptedKey, $"the key is encrypted; take its passphrase off: openssl pkey -in ENCRYPTED -out KEY");
        }

        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CertificateFileException(path, CertificateFault.NoKey, $"holds no private key in PEM form (\"-----BEGIN PRIVATE KEY-----\")");
        }
    }
}
