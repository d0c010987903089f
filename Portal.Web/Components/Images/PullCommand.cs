using Portal.Registry.Inspection;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Web.Components.Images;

/// <summary>How one program pulls an image.</summary>
/// <param name="Key">What the browser remembers the choice by.</param>
/// <param name="ByTag">Null when it was asked for by digest only.</param>
public sealed record PullCommand(string Key, string Program, string? ByTag, string ByDigest)
{
    private const string HelmConfig = "application/vnd.cncf.helm.config.v1+json";

    /// <summary>The commands that work for what it is: containers are run, charts installed, other artifacts fetched.</summary>
    /// <param name="registry">The address at which people reach the registry.</param>
    /// <param name="tag">Null when it was asked for by digest.</param>
    public static IReadOnlyList<PullCommand> For(ImageInspection image, string registry, Tag? tag)
    {
        var name = $"{registry}/{image.Name}";
        var (tagged, pinned) = (tag is null ? null : $"{name}:{tag}", $"{name}@{image.Manifest.Digest}");
        var folder = image.Name.ToString().Split('/')[^1];
        PullCommand Simple(string key, string program, Func<string, string> command) =>
            new(key, program, tagged is null ? null : command(tagged), command(pinned));

        if (image.Manifest.Image?.Config.MediaType == HelmConfig)
        {
            // Helm writes a plus sign of a version as an underscore, which tags cannot hold.
            var version = tag?.ToString().Replace('_', '+');
            return
            [
                new("helm", "Helm", version is null ? null : $"helm pull oci://{name} --version {version}", $"helm pull oci://{pinned}"),
                new("helm-install", "Helm install", version is null ? null : $"helm install my-release oci://{name} --version {version}", $"helm install my-release oci://{pinned}"),
                Simple("oras", "oras", reference => $"oras pull {reference}"),
            ];
        }

        if (image.Kind == ManifestKind.Artifact)
        {
            return
            [
                Simple("oras", "oras", reference => $"oras pull {reference}"),
                Simple("skopeo", "skopeo", reference => $"skopeo copy docker://{reference} oci:{folder}"),
                Simple("crane", "crane", reference => $"crane manifest {reference}"),
            ];
        }

        return
        [
            Simple("docker", "docker", reference => $"docker pull {reference}"),
            Simple("podman", "podman", reference => $"podman pull {reference}"),
            Simple("skopeo", "skopeo", reference => $"skopeo copy docker://{reference} oci:{folder}"),
            Simple("crane", "crane", reference => $"crane pull {reference} {folder}.tar"),
            Simple("kubernetes", "Kubernetes", reference => $"containers:\n  - name: {folder.Replace('.', '-').Replace('_', '-')}\n    image: {reference}"),
            Simple("dockerfile", "Dockerfile", reference => $"FROM {reference}"),
        ];
    }
}
