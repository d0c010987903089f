namespace Portal.Tests.Fixtures;

/// <summary>Where the sources lie that these tests were built from.</summary>
public static class SolutionFolder
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        return File.Exists(System.IO.Path.Combine(folder, "RegistryPortal.sln")) ? folder : Find(System.IO.Path.GetDirectoryName(folder)!);
    }
}
