using Portal.Storage.Oci;

namespace Portal.Registry.Inspection;

/// <summary>One step of an image's making, as a line of a Dockerfile.</summary>
/// <param name="Keyword"><c>RUN</c>, <c>COPY</c> and so on; empty when the builder did not write a Dockerfile's words.</param>
/// <param name="Arguments">The rest of the line.</param>
/// <param name="Created">When the step ran, if the builder says so.</param>
/// <param name="Layer">The layer the step made; null when it changed no file.</param>
public sealed record HistoryStep(string Keyword, string Arguments, DateTimeOffset? Created, Descriptor? Layer)
{
    private const string Shell = "/bin/sh -c ";
    private const string NoOperation = "#(nop)";
    private const string BuildKit = "# buildkit";

    private static readonly string[] Keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <summary>
    /// The steps of an image, oldest first, each beside its layer. History is optional and may be wrong: layers that
    /// no step accounts for follow at the end, with no words.
    /// </summary>
    public static IReadOnlyList<HistoryStep> Of(IReadOnlyList<ImageHistory>? history, IReadOnlyList<Descriptor> layers)
    {
        var steps = new List<HistoryStep>();
        var next = 0;
        foreach (var entry in history ?? [])
        {
            var layer = !entry.EmptyLayer && next < layers.Count ? layers[next++] : null;
            var (keyword, arguments) = Read(entry.CreatedBy ?? entry.Comment ?? string.Empty);
            steps.Add(new HistoryStep(keyword, arguments, entry.Created, layer));
        }

        steps.AddRange(layers.Skip(next).Select(layer => new HistoryStep(string.Empty, string.Empty, null, layer)));
        return steps;
    }

    /// <summary>Turns what a builder wrote into <c>created_by</c> back into the line it came from.</summary>
    private static (string Keyword, string Arguments) Read(string createdBy)
    {
        var text = createdBy.Trim();
        if (text.EndsWith(BuildKit, StringComparison.Ordinal))
        {
            text = text[..^BuildKit.Length].TrimEnd();
        }

        var keyword = Keywords.FirstOrDefault(word => text.StartsWith(word + " ", StringComparison.Ordinal));
        if (keyword is not null && keyword != "RUN")
        {
            return (keyword, text[keyword.Length..].Trim());
        }

        var command = WithoutBuildArguments(keyword is null ? text : text["RUN ".Length..].TrimStart());
        if (!command.StartsWith(Shell, StringComparison.Ordinal))
        {
            return (keyword ?? string.Empty, command);
        }

        command = command[Shell.Length..].TrimStart();
        if (!command.StartsWith(NoOperation, StringComparison.Ordinal))
        {
            return ("RUN", command);
        }

        command = command[NoOperation.Length..].Trim();
        keyword = Keywords.FirstOrDefault(word => command.StartsWith(word + " ", StringComparison.Ordinal));
        return keyword is null ? (string.Empty, command) : (keyword, command[keyword.Length..].Trim());
    }

    /// <summary>Builders put build arguments before the shell: <c>|2 A=1 B=2 /bin/sh -c make</c>.</summary>
    private static string WithoutBuildArguments(string command)
    {
        var shell = command.StartsWith('|') ? command.IndexOf(Shell, StringComparison.Ordinal) : 0;
        return shell > 0 ? command[shell..] : command;
    }
}
