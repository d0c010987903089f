using System.Diagnostics.CodeAnalysis;
using Portal.Storage.Oci;

namespace Portal.Registry.Inspection;

/// <summary>What names an image of this registry in one text: <c>repository:tag</c> or <c>repository@digest</c>.</summary>
public sealed record ImageReference(RepositoryName Name, Reference Reference)
{
    private const int MaxLength = 1024;
    private const string DefaultTag = "latest";

    /// <param name="text">Without a tag <c>latest</c> is meant. <c>docker://</c> and this registry's own host before it are allowed.</param>
    /// <param name="host">This registry's address as people write it; null to take none off.</param>
    public static bool TryParse(string? text, string? host, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        var rest = text?.Trim() ?? string.Empty;
        if (rest.Length is 0 or > MaxLength)
        {
            return false;
        }

        var scheme = rest.IndexOf("://", StringComparison.Ordinal);
        rest = scheme >= 0 ? rest[(scheme + 3)..] : rest;
        if (host is not null && rest.StartsWith($"{host}/", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[(host.Length + 1)..];
        }

        var at = rest.IndexOf('@');
        var name = at < 0 ? rest : rest[..at];
        var colon = name.LastIndexOf(':');
        var tag = colon < 0 ? DefaultTag : name[(colon + 1)..];
        name = colon < 0 ? name : name[..colon];
        if (!RepositoryName.TryParse(name, out var repository))
        {
            return false;
        }

        // With both, the digest says which one it is.
        if (at >= 0)
        {
            reference = Digest.TryParse(rest.AsSpan(at + 1), out var digest) ? new ImageReference(repository, digest) : null;
        }
        else if (Tag.TryParse(tag, out var parsed))
        {
            reference = new ImageReference(repository, parsed);
        }

        return reference is not null;
    }

    public override string ToString() => Reference.IsDigest ? $"{Name}@{Reference}" : $"{Name}:{Reference}";
}
