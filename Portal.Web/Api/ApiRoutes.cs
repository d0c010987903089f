using System.Diagnostics.CodeAnalysis;

namespace Portal.Web.Api;

/// <summary>Everything that can be done, and which of it an address means.</summary>
public sealed class ApiRoutes
{
    private static readonly string[] RepositoryParameters = ["{name}", "{remote}"];

    private readonly (ApiOperation Operation, string[] Parts)[] _table;

    public ApiRoutes(IEnumerable<ApiResource> resources)
    {
        Resources = [.. resources];
        _table = [.. Resources.SelectMany(resource => resource.Operations).Select(operation => (operation, operation.Path.Split('/')))];
    }

    /// <summary>In the order of documents.</summary>
    public IReadOnlyList<ApiResource> Resources { get; }

    public IEnumerable<ApiOperation> Operations => _table.Select(row => row.Operation);

    /// <summary>Everything at an address: one operation for each method that it takes, and what its parameters are.</summary>
    /// <param name="path">Below <c>/api/v1/</c>.</param>
    /// <returns>None when there is nothing at the address.</returns>
    public IReadOnlyList<(ApiOperation Operation, IReadOnlyDictionary<string, string> Values)> Find(string path)
    {
        var parts = path.Split('/');
        var found = new List<(ApiOperation Operation, IReadOnlyDictionary<string, string> Values)>();
        foreach (var (operation, template) in _table)
        {
            if (TryMatch(template, parts, out var values))
            {
                found.Add((operation, values));
            }
        }

        return found;
    }

    private static bool TryMatch(string[] template, string[] parts, [NotNullWhen(true)] out Dictionary<string, string>? values)
    {
        values = [];
        var at = 0;
        foreach (var part in template)
        {
            var taken = RepositoryParameters.Contains(part) ? LengthOfName(parts, at) : 1;
            if (taken == 0 || at + taken > parts.Length || parts.AsSpan(at, taken).Contains(""))
            {
                return false;
            }

            if (part.StartsWith('{'))
            {
                // Servers leave slashes as they were written.
                values[part[1..^1]] = string.Join('/', parts, at, taken).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            }
            else if (part != parts[at])
            {
                return false;
            }

            at += taken;
        }

        return at == parts.Length;
    }

    /// <summary>Up to <c>-</c>, which is no component of a name.</summary>
    private static int LengthOfName(string[] parts, int from)
    {
        var end = Array.IndexOf(parts, "-", from);
        return (end < 0 ? parts.Length : end) - from;
    }
}
