using Portal.Storage.Oci;

namespace Portal.Web.Components.Controls;

public static class DigestText
{
    private const int ShownHex = 12;

    /// <summary><c>sha256:</c> and the first 12 hex digits: enough to tell digests apart by eye.</summary>
    public static string Abbreviate(Digest digest)
    {
        return $"{digest.AlgorithmName}:{digest.Hex[..ShownHex]}";
    }
}
