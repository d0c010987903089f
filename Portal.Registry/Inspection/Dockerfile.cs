using System.Text;

namespace Portal.Registry.Inspection;

/// <summary>The steps of an image as one Dockerfile. It tells how the image came to be; it need not build.</summary>
public static class Dockerfile
{
    /// <param name="baseImage">What the image says it was made from; null when it does not.</param>
    public static string Of(IReadOnlyList<HistoryStep> steps, string? baseImage)
    {
        var text = new StringBuilder();
        text.Append("# Rebuilt from the image's history. What was copied in, and the images it was built from, are not part of it.\n");
        text.Append(baseImage is null ? "FROM scratch\n" : $"FROM {OneLine(baseImage)}\n");
        foreach (var step in steps)
        {
            if (step.BuildArguments is { } given)
            {
                text.Append("# with ").Append(OneLine(given)).Append('\n');
            }

            // What no Dockerfile says must not be taken for an instruction.
            text.Append(step.Keyword.Length > 0 ? step.Text : $"# {OneLine(step.Arguments.Length > 0 ? step.Arguments : "a layer without history")}").Append('\n');
        }

        return text.ToString();
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
