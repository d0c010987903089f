using Portal.Storage.Oci;

namespace Portal.Registry.Inspection;

/// <summary>One step of an image's making, as an instruction of a Dockerfile.</summary>
/// <param name="Keyword"><c>RUN</c>, <c>COPY</c> and so on; empty when the builder did not write a Dockerfile's words.</param>
/// <param name="Arguments">The rest of the instruction.</param>
/// <param name="Created">When the step ran, if the builder says so.</param>
/// <param name="Layer">The layer the step made; null when it changed no file.</param>
public sealed record HistoryStep(string Keyword, string Arguments, DateTimeOffset? Created, Descriptor? Layer)
{
    /// <summary>What the step was given by <c>--build-arg</c>, as <c>NAME=value</c> each after the other; null when nothing.</summary>
    public string? BuildArguments { get; init; }

    /// <summary>The instruction as a person would have written it: long commands one to a line.</summary>
    public string Text => InstructionLayout.Of(Keyword, Arguments);

    /// <summary>
    /// The steps of an image, oldest first, each beside its layer. History is optional and may be wrong: layers that
    /// no step accounts for follow at the end, with no words.
    /// </summary>
    public static IReadOnlyList<HistoryStep> Of(IReadOnlyList<ImageHistory>? history, IReadOnlyList<Descriptor> layers)
    {
        var steps = new List<HistoryStep>();
        var reader = new InstructionReader();
        var next = 0;
        foreach (var entry in history ?? [])
        {
            var layer = entry is { EmptyLayer: false } && next < layers.Count ? layers[next++] : null;
            var (keyword, arguments, given) = reader.Read(entry?.CreatedBy ?? entry?.Comment ?? string.Empty);
            steps.Add(new HistoryStep(keyword, arguments, entry?.Created, layer) { BuildArguments = given });
        }

        steps.AddRange(layers.Skip(next).Select(layer => new HistoryStep(string.Empty, string.Empty, null, layer)));
        return steps;
    }
}
