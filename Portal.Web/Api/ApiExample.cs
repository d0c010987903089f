using System.Net.Mime;
using System.Text;

namespace Portal.Web.Api;

/// <summary>An operation as somebody could call it: for the page, and for the test that calls each.</summary>
public static class ApiExample
{
    /// <summary>The path with values in the place of its parameters, and the query that it needs.</summary>
    /// <param name="replaced">Other values than the usual ones, by the parameters' names; null for none.</param>
    public static string PathOf(ApiOperation operation, IReadOnlyDictionary<string, string>? replaced = null)
    {
        var path = operation.PathParameters.Aggregate(
            operation.Path, (path, parameter) => path.Replace($"{{{parameter.Name}}}", ValueOf(parameter), StringComparison.Ordinal));
        var query = operation.Query.Where(parameter => parameter.IsRequired || parameter == ApiParameter.Limit)
            .Select(parameter => $"{parameter.Name}={ValueOf(parameter)}").ToList();
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";

        string ValueOf(ApiParameter parameter) => replaced?.GetValueOrDefault(parameter.Name) ?? parameter.Example;
    }

    /// <summary>A command that does it.</summary>
    /// <param name="root">The address of the API, without a slash at the end.</param>
    /// <param name="user">A user's name.</param>
    public static string CommandOf(ApiOperation operation, string root, string user)
    {
        var command = new StringBuilder($"curl --user '{user}:TOKEN' ");
        if (!HttpMethods.IsGet(operation.Method))
        {
            command.Append($"--request {operation.Method} ");
        }

        if (operation.Example is { } body)
        {
            command.Append($"--header 'Content-Type: application/json' --data '{body}' ");
        }

        if (operation.ContentType is MediaTypeNames.Application.Octet)
        {
            command.Append("--remote-name --remote-header-name ");
        }

        return command.Append($"'{root}/{PathOf(operation)}'").ToString();
    }
}
