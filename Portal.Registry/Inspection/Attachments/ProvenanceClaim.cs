using System.Globalization;
using System.Text.Json;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>Something that went into a build.</summary>
public sealed record Material(string Uri, string? Digest);

/// <summary>How an image was built, by the word of its builder (SLSA provenance 0.2 and 1). Nothing of it is verified.</summary>
/// <param name="MaterialCount">How many materials it names; at most 200 of them are in the list.</param>
public sealed record ProvenanceClaim(
    string? Builder, string? BuildType, string? Source, string? Revision, string? EntryPoint, DateTimeOffset? Started, DateTimeOffset? Finished,
    IReadOnlyList<Material> Materials, int MaterialCount)
{
    private const int MaxSize = 8 * 1024 * 1024;
    private const int MaxMaterials = 200;
    private const string BuildKitFacts = "https://mobyproject.org/buildkit@v1#metadata";

    /// <returns>Null when it is too large for a person to read.</returns>
    /// <exception cref="JsonException">It is no JSON that can be read.</exception>
    internal static ProvenanceClaim? Read(ReadOnlyMemory<byte> predicate)
    {
        if (predicate.Length > MaxSize)
        {
            return null;
        }

        using var document = JsonDocument.Parse(predicate, new JsonDocumentOptions { MaxDepth = JsonParts.Options.MaxDepth });
        try
        {
            return At(document.RootElement, "buildDefinition") is { } definition
                ? ReadOne(definition, At(document.RootElement, "runDetails"))
                : ReadZeroTwo(document.RootElement);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("text that is not Unicode", exception);
        }
    }

    private static ProvenanceClaim ReadOne(JsonElement definition, JsonElement? run)
    {
        var parameters = At(definition, "externalParameters");
        var facts = At(run, "metadata", "buildkit_metadata", "vcs");
        var (materials, count) = ReadMaterials(At(definition, "resolvedDependencies"));
        return new ProvenanceClaim(
            Text(run, "builder", "id"),
            Text(definition, "buildType"),
            Text(parameters, "workflow", "repository") ?? Text(parameters, "configSource", "uri") ?? Text(parameters, "source") ?? Text(facts, "source"),
            Text(parameters, "workflow", "ref") ?? Text(facts, "revision"),
            Text(parameters, "workflow", "path") ?? Text(parameters, "configSource", "path"),
            Time(run, "metadata", "startedOn"),
            Time(run, "metadata", "finishedOn"),
            materials,
            count);
    }

    private static ProvenanceClaim ReadZeroTwo(JsonElement predicate)
    {
        var source = At(predicate, "invocation", "configSource");
        var facts = At(predicate, "metadata", BuildKitFacts, "vcs");
        var (materials, count) = ReadMaterials(At(predicate, "materials"));
        return new ProvenanceClaim(
            Text(predicate, "builder", "id"),
            Text(predicate, "buildType"),
            Text(source, "uri") ?? Text(facts, "source"),
            FirstDigest(At(source, "digest")) ?? Text(facts, "revision"),
            Text(source, "entryPoint"),
            Time(predicate, "metadata", "buildStartedOn"),
            Time(predicate, "metadata", "buildFinishedOn"),
            materials,
            count);
    }

    private static (IReadOnlyList<Material> Materials, int Count) ReadMaterials(JsonElement? list)
    {
        if (list is not { ValueKind: JsonValueKind.Array } materials)
        {
            return ([], 0);
        }

        var read = materials.EnumerateArray().Take(MaxMaterials).Select(one => new Material(Text(one, "uri") ?? Text(one, "name") ?? "?", FirstDigest(At(one, "digest"))));
        return ([.. read], materials.GetArrayLength());
    }

    private static string? FirstDigest(JsonElement? digests)
    {
        return digests is { ValueKind: JsonValueKind.Object } found
            ? found.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String).Select(one => ClaimText.Cut($"{one.Name}:{one.Value.GetString()}")).FirstOrDefault()
            : null;
    }

    private static JsonElement? At(JsonElement? element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            element = element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var child) ? child : null;
        }

        return element;
    }

    private static string? Text(JsonElement? element, params ReadOnlySpan<string> path) =>
        At(element, path) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } value ? ClaimText.Cut(value) : null;

    private static DateTimeOffset? Time(JsonElement? element, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(Text(element, path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
