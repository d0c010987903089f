using System.Text.Json;
using Portal.Registry.Tls;

namespace Portal.Registry.Acme;

/// <summary>A certificate with its chain, and its key, in PEM form.</summary>
internal sealed record AcmeCertificate(string Chain, string Key);

/// <summary>What is kept of an ACME server across restarts.</summary>
/// <param name="Directory">The server that all of it is of.</param>
/// <param name="AccountKey">The account, in PEM form.</param>
/// <param name="Certificates">By name.</param>
internal sealed record AcmeState(Uri Directory, string AccountKey, IReadOnlyDictionary<string, AcmeCertificate> Certificates);

/// <summary>The file of <c>http.tls.letsencrypt.cachefile</c>. It holds keys: only its owner may read it.</summary>
internal sealed class AcmeCache(string path)
{
    private const string NameInDirectory = "registry-portal-acme.json";

    private readonly string _path = Directory.Exists(path) ? Path.Combine(path, NameInDirectory) : Path.GetFullPath(path);

    /// <returns>Null when there is no such file yet.</returns>
    /// <exception cref="CertificateFileException">It cannot be read, or is not a file of this registry.</exception>
    public AcmeState? Read()
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize<AcmeState>(PemFile.Read(_path), JsonSerializerOptions.Web) is
                { Directory: not null, AccountKey: not null, Certificates: not null } state)
            {
                return state;
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new CertificateFileException(_path, CertificateFault.ForeignCache, $"is not what this registry keeps of Let's Encrypt; remove it, or name another http.tls.letsencrypt.cachefile");
    }

    /// <summary>Replaces the file: the old content or the new one is there, never a mixture.</summary>
    public async Task WriteAsync(AcmeState state, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var temporary = $"{_path}.new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var file = new FileStream(temporary, options))
        {
            await JsonSerializer.SerializeAsync(file, state, JsonSerializerOptions.Web, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, _path, overwrite: true);
    }
}
