using System.Security.Cryptography;
using System.Text;

namespace Portal.Web.Hosting;

/// <summary>The key that signs upload addresses when <c>http.secret</c> is not set: made once, kept with the data.</summary>
public static class UploadSecret
{
    private const int Size = 32;

    /// <summary>The configured secret, else the one on disk, else a new one that is put there.</summary>
    /// <param name="configured"><c>http.secret</c>, or null.</param>
    /// <param name="path">The file that keeps the key, in a folder that exists; readable by its owner alone.</param>
    public static byte[] Get(string? configured, string path)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            return Encoding.UTF8.GetBytes(configured);
        }

        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: Size } kept)
        {
            return kept;
        }

        var secret = RandomNumberGenerator.GetBytes(Size);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(secret);
        file.Flush(flushToDisk: true);
        return secret;
    }
}
