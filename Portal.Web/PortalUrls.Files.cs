using System.Globalization;
using System.Text;
using Portal.Storage.Layers;
using Portal.Storage.Oci;

namespace Portal.Web;

public static partial class PortalUrls
{
    private const string FilesPart = "/files";
    private const string DownloadPart = "download/";

    /// <summary>The route of <see cref="Download"/>; its parameter is what <see cref="TryParse"/> takes.</summary>
    public const string DownloadRoute = DownloadPart + "{*path}";

    /// <summary>The files of an image and its layers.</summary>
    public static string Files(RepositoryName name, Digest digest, FileQuery? query = null)
    {
        var address = new StringBuilder(Manifest(name, digest)).Append(FilesPart);
        if (query is not null)
        {
            AppendFile(address, query.Layer, query.Path);
            Append(address, "q", string.IsNullOrWhiteSpace(query.Search) ? null : query.Search);
            Append(address, "sort", query.Sort is FileSort.Name ? null : NameOf(query.Sort));
            Append(address, "desc", query.Descending ? "true" : null);
        }

        return address.ToString();
    }

    /// <summary>One file out of an image, to be saved.</summary>
    /// <param name="layer">Counted from 0; null for the image as a whole.</param>
    public static string Download(RepositoryName name, Digest digest, int? layer, string path)
    {
        var address = new StringBuilder(DownloadPart).Append(Manifest(name, digest).AsSpan("r/".Length));
        AppendFile(address, layer, path);
        return address.ToString();
    }

    /// <summary>What the part of an address behind <c>/r/</c> names, if it is that of <see cref="Files"/>.</summary>
    public static bool TryParseFiles(string? path, out RepositoryName name, out Digest digest)
    {
        (name, digest) = (default, default);
        if (path is null || !path.EndsWith(FilesPart, StringComparison.Ordinal)
            || !TryParse(path[..^FilesPart.Length], out name, out var reference) || reference is not { IsDigest: true } manifest)
        {
            return false;
        }

        digest = manifest.Digest;
        return true;
    }

    /// <summary>A layer's number from 0, out of an address, where it is counted from 1.</summary>
    /// <returns>Null for the image as a whole.</returns>
    public static int? LayerOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number - 1 : null;

    private static void AppendFile(StringBuilder address, int? layer, string path)
    {
        Append(address, "layer", layer is { } number ? (number + 1).ToString(CultureInfo.InvariantCulture) : null);
        Append(address, "path", path.Length > 0 ? FilePath.Write(path) : null);
    }

    private static void Append(StringBuilder address, string key, string? value)
    {
        if (value is not null)
        {
            var separator = address.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?';
            address.Append(separator).Append(key).Append('=').Append(Uri.EscapeDataString(value));
        }
    }
}

/// <summary>How a folder's files are sorted.</summary>
public enum FileSort
{
    Name,
    Size,
}

/// <summary>What the page of files shows.</summary>
/// <param name="Layer">Counted from 0; null for the image as a whole.</param>
/// <param name="Path">A folder or file; empty for the top.</param>
/// <param name="Search">A part of names, in the whole view; null for no search.</param>
public sealed record FileQuery(int? Layer = null, string Path = "", string? Search = null, FileSort Sort = FileSort.Name, bool Descending = false);
