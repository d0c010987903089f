using System.Reflection;
using Portal.Registry;
using Portal.Storage.Drivers;
using Portal.Tests.Fixtures;
using Portal.Web;

namespace Portal.Tests.Unit.Solution;

/// <summary>The rules of <c>ARCHITECTURE.md</c> that a machine can hold.</summary>
public sealed class ArchitectureTests
{
    private const int MaxLines = 400;

    private static readonly Assembly Storage = typeof(IStorageDriver).Assembly;
    private static readonly Assembly Registry = typeof(RegistryService).Assembly;
    private static readonly Assembly Web = typeof(PortalApplication).Assembly;

    [Fact]
    public void References_PointOneWay()
    {
        Assert.Equal([], OwnReferences(Storage));
        Assert.Equal([Name(Storage)], OwnReferences(Registry));
        Assert.Equal([Name(Registry), Name(Storage)], OwnReferences(Web));
    }

    [Fact]
    public void Storage_KnowsNoHttpServer()
    {
        Assert.DoesNotContain(
            Storage.GetReferencedAssemblies(),
            reference => reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void Registry_KnowsNoPages()
    {
        Assert.DoesNotContain(
            Registry.GetReferencedAssemblies(),
            reference => reference.Name is "MudBlazor" || reference.Name!.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal));
    }

    [Fact]
    public void SourceFiles_AreShortEnoughToRead()
    {
        var tooLong =
            from path in SourceFiles()
            where !path.Contains("Migrations", StringComparison.Ordinal)
            let lines = File.ReadLines(path).Count()
            where lines > MaxLines
            select $"{Path.GetFileName(path)}: {lines} lines";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void SourceFiles_AreNamedAfterWhatTheyDo()
    {
        string[] vague = ["Helper", "Util", "Manager"];

        var badlyNamed = SourceFiles().Select(Path.GetFileNameWithoutExtension)
            .Where(name => vague.Any(word => name!.Contains(word, StringComparison.Ordinal)));

        Assert.Empty(badlyNamed);
    }

    private static string Name(Assembly assembly) => assembly.GetName().Name!;

    private static IEnumerable<string> OwnReferences(Assembly assembly)
    {
        return assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => name.StartsWith("Portal.", StringComparison.Ordinal)).Order();
    }

    private static List<string> SourceFiles()
    {
        var root = SolutionFolder.Path;
        string[] extensions = [".cs", ".razor", ".css", ".js", ".sh"];
        string[] generated = ["bin", "obj", "node_modules", "lib"];
        var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(path => extensions.Contains(Path.GetExtension(path)))
            .Where(path => !Path.GetRelativePath(root, path).Split('/').Any(part => generated.Contains(part) || part[0] == '.'))
            .ToList();
        Assert.NotEmpty(files);
        return files;
    }
}
