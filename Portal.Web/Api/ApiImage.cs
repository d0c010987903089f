using Portal.Registry.Activity;
using Portal.Registry.Inspection;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Web.Components.Images;

namespace Portal.Web.Api;

/// <summary>A manifest with what it refers to.</summary>
internal sealed record ApiImage
{
    /// <summary>The repository's name.</summary>
    public required string Repository { get; init; }

    /// <summary>The manifest's.</summary>
    public required string Digest { get; init; }

    /// <summary>The manifest's.</summary>
    public required string MediaType { get; init; }

    /// <summary>What it is to a person.</summary>
    public required ManifestKind Kind { get; init; }

    /// <summary>The manifest's own type, else its config's; null when it has neither.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Bytes of config and layers; for an index those of all its manifests, shared content once.</summary>
    public required long Size { get; init; }

    /// <summary>When the repository got the manifest, or the tag was put if it was asked for by tag.</summary>
    public DateTimeOffset? PushedAt { get; init; }

    /// <summary>Tags that point to it, the first 200.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>How often it was pulled, by its digest or one of these tags; null for what lies elsewhere.</summary>
    public long? PullCount { get; init; }

    /// <summary>Null when it never was.</summary>
    public DateTimeOffset? LastPull { get; init; }

    /// <summary>As linux/amd64; none for artifacts.</summary>
    public required IReadOnlyList<string> Platforms { get; init; }

    /// <summary>The manifest's own; null when it has none.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>How a container of it is started; null for what is no image.</summary>
    public ApiImageConfig? Config { get; init; }

    /// <summary>What it was made from, by its own word; null when it does not say.</summary>
    public string? BaseImage { get; init; }

    /// <summary>Oldest first; none for an index.</summary>
    public required IReadOnlyList<ApiDescriptor> Layers { get; init; }

    /// <summary>Digests of layers that the repository does not have, which is right for those that live elsewhere only.</summary>
    public required IReadOnlyList<string> MissingLayers { get; init; }

    /// <summary>How it was made, oldest step first.</summary>
    public required IReadOnlyList<ApiHistoryStep> History { get; init; }

    /// <summary>What an index lists, in its order; none for anything else.</summary>
    public required IReadOnlyList<ApiDescriptor> Manifests { get; init; }

    /// <summary>Manifests that name this one as their subject: signatures, SBOMs; the first 100.</summary>
    public required IReadOnlyList<ApiDescriptor> Referrers { get; init; }

    /// <summary>What this manifest is about; null when it says nothing.</summary>
    public ApiDescriptor? Subject { get; init; }

    /// <summary>How programs pull it.</summary>
    public required IReadOnlyList<ApiPullCommand> PullCommands { get; init; }

    /// <param name="pulls">Null when nobody counts them here.</param>
    internal static ApiImage Of(ImageInspection image, IReadOnlyList<Tag> tags, Pulls? pulls, IReadOnlyList<PullCommand> commands) => new()
    {
        Repository = image.Name.ToString(),
        Digest = image.Manifest.Digest.ToString(),
        MediaType = image.Manifest.MediaType,
        Kind = image.Kind,
        ArtifactType = image.Manifest.ArtifactType,
        Size = image.Size,
        PushedAt = image.PushedAt,
        Tags = [.. tags.Select(tag => tag.ToString())],
        PullCount = pulls?.Count,
        LastPull = pulls?.LastPulled,
        Platforms = image.Platforms,
        Annotations = image.Manifest.Annotations,
        Config = image.Config is { } config ? ApiImageConfig.Of(config) : null,
        BaseImage = image.BaseImage,
        Layers = [.. image.Layers.Select(ApiDescriptor.Of)],
        MissingLayers = [.. image.MissingLayers.Select(digest => digest.ToString())],
        History = image.Config is { } made ? [.. HistoryStep.Of(made.History, image.Layers).Select(ApiHistoryStep.Of)] : [],
        Manifests = [.. image.Entries.Select(entry => ApiDescriptor.Of(entry.Descriptor) with { ContentSize = entry.Size })],
        Referrers = [.. image.Referrers.Select(manifest => ApiDescriptor.Of(manifest.Descriptor) with { ArtifactType = manifest.ArtifactType, Annotations = manifest.Annotations })],
        Subject = image.Manifest.Subject is { } subject ? ApiDescriptor.Of(subject) : null,
        PullCommands = [.. commands.Select(ApiPullCommand.Of)],
    };
}

/// <summary>How one program pulls an image.</summary>
internal sealed record ApiPullCommand
{
    /// <summary>The program: docker, podman, helm and so on.</summary>
    public required string Program { get; init; }

    /// <summary>By the tag that was asked for; null when it was asked for by digest.</summary>
    public string? ByTag { get; init; }

    /// <summary>By the digest, which is the same image for ever.</summary>
    public required string ByDigest { get; init; }

    internal static ApiPullCommand Of(PullCommand command) => new() { Program = command.Key, ByTag = command.ByTag, ByDigest = command.ByDigest };
}

/// <summary>A pointer to content.</summary>
internal sealed record ApiDescriptor
{
    /// <summary>The content's.</summary>
    public required string Digest { get; init; }

    /// <summary>The content's.</summary>
    public required string MediaType { get; init; }

    /// <summary>Bytes of the content itself.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes of config and layers, for a manifest in an index; null for anything else.</summary>
    public long? ContentSize { get; init; }

    /// <summary>As linux/amd64; null when it is not told.</summary>
    public string? Platform { get; init; }

    /// <summary>Null when it is not told.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Null when there are none.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    internal static ApiDescriptor Of(Descriptor descriptor) => new()
    {
        Digest = descriptor.Digest.ToString(),
        MediaType = descriptor.MediaType,
        Size = descriptor.Size,
        Platform = descriptor.Platform?.ToString(),
        ArtifactType = descriptor.ArtifactType,
        Annotations = descriptor.Annotations,
    };
}

/// <summary>An image's configuration.</summary>
internal sealed record ApiImageConfig
{
    /// <summary>When the image says it was built; null when it does not.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Null when it names none.</summary>
    public string? Author { get; init; }

    /// <summary>As linux.</summary>
    public string? Os { get; init; }

    /// <summary>As amd64.</summary>
    public string? Architecture { get; init; }

    /// <summary>As v8; null for none.</summary>
    public string? Variant { get; init; }

    /// <summary>Of the operating system; null when it does not matter.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Who the program runs as; null for root.</summary>
    public string? User { get; init; }

    /// <summary>Where the program starts.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The program; null for none.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Its arguments, or the program when there is no entrypoint.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>A line each, as NAME=value.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>As 80/tcp.</summary>
    public required IReadOnlyList<string> Ports { get; init; }

    /// <summary>Paths at which a volume is expected.</summary>
    public required IReadOnlyList<string> Volumes { get; init; }

    /// <summary>Null when there are none.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>What ends the program; null for the usual signal.</summary>
    public string? StopSignal { get; init; }

    /// <summary>What runs the lines of a Dockerfile; null for the usual one.</summary>
    public IReadOnlyList<string>? Shell { get; init; }

    /// <summary>What is done first in an image that is made from this one; null for nothing.</summary>
    public IReadOnlyList<string>? OnBuild { get; init; }

    /// <summary>What tells that the program is well: NONE, or CMD or CMD-SHELL with what is run; null for nothing.</summary>
    public IReadOnlyList<string>? HealthCheck { get; init; }

    internal static ApiImageConfig Of(ImageConfig config) => new()
    {
        CreatedAt = config.Created,
        Author = config.Author,
        Os = config.Os,
        Architecture = config.Architecture,
        Variant = config.Variant,
        OsVersion = config.OsVersion,
        User = config.Config?.User,
        WorkingDirectory = config.Config?.WorkingDir,
        Entrypoint = config.Config?.Entrypoint,
        Command = config.Config?.Cmd,
        Environment = config.Config?.Env,
        Ports = [.. config.Config?.ExposedPorts?.Keys ?? []],
        Volumes = [.. config.Config?.Volumes?.Keys ?? []],
        Labels = config.Config?.Labels,
        StopSignal = config.Config?.StopSignal,
        Shell = config.Config?.Shell,
        OnBuild = config.Config?.OnBuild,
        HealthCheck = config.Config?.Healthcheck?.Test,
    };
}

/// <summary>A step of an image's making, as a line of a Dockerfile.</summary>
internal sealed record ApiHistoryStep
{
    /// <summary>As RUN or COPY; empty when the builder did not write a Dockerfile's words.</summary>
    public required string Keyword { get; init; }

    /// <summary>The rest of the line.</summary>
    public required string Arguments { get; init; }

    /// <summary>What it was given by --build-arg, as NAME=value each after the other; null for nothing.</summary>
    public string? BuildArguments { get; init; }

    /// <summary>When the step ran; null when it is not told.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The digest of the layer that it made; null when it changed no file.</summary>
    public string? Layer { get; init; }

    internal static ApiHistoryStep Of(HistoryStep step) => new()
    {
        Keyword = step.Keyword,
        Arguments = step.Arguments,
        BuildArguments = step.BuildArguments,
        CreatedAt = step.Created,
        Layer = step.Layer?.Digest.ToString(),
    };
}
