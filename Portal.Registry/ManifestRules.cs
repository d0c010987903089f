using System.Text.RegularExpressions;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry;

/// <summary>What a manifest may hold when it is pushed (<c>validation</c>, <c>policy.repository.classes</c>). What is there stays readable.</summary>
/// <param name="validation">The addresses that layers may have, and which manifests of an index have to be there.</param>
/// <param name="classes">The classes of content that may be pushed; empty for all.</param>
public sealed class ManifestRules(ValidationConfiguration validation, IReadOnlyList<string> classes)
{
    /// <summary>The class of container images.</summary>
    public const string Image = "image";

    /// <summary>The class of Docker's plugins.</summary>
    public const string Plugin = "plugin";

    /// <param name="repository">Where it is pushed to.</param>
    /// <param name="granted">What the token that was sent allows; null when none was.</param>
    /// <exception cref="OciException">MANIFEST_INVALID for an address that is not allowed; DENIED for a class that is not.</exception>
    public void Require(Manifest manifest, RepositoryName repository, Rights? granted = null)
    {
        if (RequireClass(manifest) is { } name && granted is not null)
        {
            RequireGrant(name, repository, granted);
        }

        foreach (var content in manifest.References)
        {
            foreach (var url in content.Urls ?? [])
            {
                RequireUrl(content, url);
            }
        }
    }

    /// <summary>Whether an index may only be pushed when the repository has this manifest of it.</summary>
    public bool MustExist(Descriptor child) => validation.Indexes switch
    {
        IndexPlatforms.None => false,
        IndexPlatforms.List => validation.PlatformList.Any(
            platform => platform.Os == child.Platform?.Os && platform.Architecture == child.Platform?.Architecture),
        _ => true,
    };

    private void RequireUrl(Descriptor content, string? url)
    {
        var detail = url is not { Length: > 256 } ? url ?? "null" : url[..256];
        if (MediaTypes.IsForeignLayer(content.MediaType) && !IsFetchable(url))
        {
            throw new OciException(
                ErrorCode.ManifestInvalid,
                new Reason(RegistryRefusal.LayerAddressMalformed, $"each of a foreign layer's urls is an absolute http or https address without a fragment"),
                ("digest", content.Digest.ToString()),
                ("url", detail));
        }

        if (url is not null && !IsAllowed(url))
        {
            throw new OciException(
                ErrorCode.ManifestInvalid,
                new Reason(RegistryRefusal.LayerAddressRefused, $"the address of a layer is not one that this registry allows (validation.manifests.urls)"),
                ("digest", content.Digest.ToString()),
                ("url", detail));
        }
    }

    /// <summary>Layers that live elsewhere are fetched by whoever pulls: from the web, and the whole of what is there.</summary>
    private static bool IsFetchable(string? url)
    {
        return Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.IsWellFormedOriginalString()
            && !url.Contains('#', StringComparison.Ordinal);
    }

    private bool IsAllowed(string url)
    {
        bool Matches(Regex pattern) => pattern.IsMatch(url);
        return validation.AllowedUrls?.Any(Matches) != false && !validation.DeniedUrls.Any(Matches);
    }

    /// <summary>An index is of no class: its manifests are judged one by one, as upstream does. Schema 1 knows images alone.</summary>
    /// <returns>The class; null where it does not matter.</returns>
    private string? RequireClass(Manifest manifest)
    {
        if (classes.Count == 0 || manifest.Index is not null)
        {
            return null;
        }

        var config = manifest.Image?.Config.MediaType ?? MediaTypes.DockerConfig;
        var name = MediaTypes.IsImageConfig(config) ? Image
            : config == MediaTypes.DockerPluginConfig ? Plugin
            : throw new OciException(
                ErrorCode.Denied,
                new Reason(
                    RegistryRefusal.NoClass,
                    $"a manifest with a config of this type is of no class, and this registry takes some classes alone (policy.repository.classes)"),
                ("mediaType", config.Length <= 256 ? config : config[..256]));
        if (!classes.Contains(name))
        {
            throw new OciException(
                ErrorCode.Denied,
                new Reason(RegistryRefusal.ClassRefused, $"this registry takes no {name} manifests (policy.repository.classes)"),
                ("class", name));
        }

        return name;
    }

    /// <summary>A token says of each repository which class of content it is for.</summary>
    private static void RequireGrant(string name, RepositoryName repository, Rights granted)
    {
        var text = repository.ToString();
        if (!granted.Grants.Any(grant => (grant.Class is null || grant.Class == name) && grant.Actions.HasFlag(RepositoryActions.Push) && grant.Pattern.Matches(text)))
        {
            throw new OciException(
                ErrorCode.Denied,
                new Reason(RegistryRefusal.TokenWithoutClass, $"the token allows no {name} manifests in this repository (policy.repository.classes)"),
                ("class", name));
        }
    }
}
