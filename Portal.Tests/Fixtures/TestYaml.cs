namespace Portal.Tests.Fixtures;

/// <summary>A <c>config.yml</c> for a portal on loopback, with what a test adds to it.</summary>
public static class TestYaml
{
    /// <param name="folder">Where images lie.</param>
    /// <param name="address">Where the registry listens.</param>
    /// <param name="more">Sections in flow style, one a line, as <c>storage: {delete: {enabled: true}}</c>.</param>
    public static string With(string folder, string address, string more = "")
    {
        var sections = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = "0.1",
            ["log"] = "{accesslog: {disabled: true}}",
            ["loglevel"] = "error",
            ["storage"] = $"{{filesystem: {{rootdirectory: {folder}}}}}",
            ["http"] = $"{{addr: '{address}', secret: for tests}}",
            ["portal"] = "{addr: '127.0.0.1:0'}",
        };
        foreach (var line in more.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            sections[key] = sections.TryGetValue(key, out var own) && own.StartsWith('{')
                ? $"{value[..^1]}, {own[1..]}"
                : value;
        }

        return string.Concat(sections.Select(section => $"{section.Key}: {section.Value}\n"));
    }
}
