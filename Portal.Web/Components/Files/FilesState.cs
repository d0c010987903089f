using Portal.Registry.Layers;
using Portal.Storage.Layers;
using Portal.Web.Components.Controls;
using Portal.Web.Words;

namespace Portal.Web.Components.Files;

/// <summary>What the page of files shows at one time.</summary>
/// <param name="Query">What was asked for.</param>
/// <param name="Whole">The tree of the whole image; null without layers.</param>
/// <param name="Node">The folder or file of the query's path; null for the top, and when there is none.</param>
/// <param name="Rows">What is listed; null for a file, and when there is nothing of that name.</param>
public sealed record FilesState(ImageLayers Image, FileQuery Query, FileTree? Whole = null, FileTree? Shown = null, TreeNode? Node = null, FileRows? Rows = null)
{
    private const int ShownProblems = 5;

    /// <summary>Layers have to be read before anything can be shown.</summary>
    public bool IsToBeRead { get; init; }

    /// <summary>The names of the folders above, and of the path itself.</summary>
    public IReadOnlyList<string> Above
    {
        get
        {
            var paths = new List<string>();
            for (var path = Query.Path; path.Length > 0; path = FilePath.ParentOf(path))
            {
                paths.Insert(0, path);
            }

            return paths;
        }
    }

    /// <summary>What made the layer that is shown.</summary>
    public string StepWords => Query.Layer is { } number && Image.Layers.ElementAtOrDefault(number)?.Step is { } step
        ? $"{step.Keyword} {step.Arguments}".Trim()
        : "";

    public string Caption => Query.Search is not null ? FilesWords.FilesNamed.With(Query.Search)
        : Query.Path.Length > 0 ? FilesWords.FilesIn.With(FilePath.Show(Query.Path))
        : CommonWords.Files;

    /// <summary>Why nothing is listed.</summary>
    public string Emptiness => Query.Search is not null ? FilesWords.NoneNamed.With(Query.Search)
        : Query.Layer >= Image.Layers.Count ? FilesWords.LayerCount.With(Image.Layers.Count)
        : Query.Path.Length > 0 ? Node is null ? FilesWords.NoSuchFile : FilesWords.EmptyFolder
        : Query.Layer is null ? FilesWords.NoFiles : FilesWords.LayerChangesNothing;

    /// <summary>What keeps the list from being whole, as sentences.</summary>
    public IEnumerable<string> Problems
    {
        get
        {
            var layers = (Whole?.Layers ?? [])
                .Select((layer, number) => (layer.Problem, Number: number))
                .Where(layer => layer.Problem is not null && (Query.Layer is null || layer.Number == Query.Layer))
                .ToList();
            var told = layers.Take(ShownProblems).Select(layer => Query.Layer is null ? FilesWords.LayerProblem.With(layer.Number + 1, ReasonText.Of(layer.Problem)) : ReasonText.Of(layer.Problem)!);
            return told
                .Concat(layers.Count > ShownProblems ? [FilesWords.MoreProblems.With(layers.Count - ShownProblems)] : [])
                .Concat(Shown is { IsWhole: false } ? [FilesWords.FilesMissing] : []);
        }
    }
}
