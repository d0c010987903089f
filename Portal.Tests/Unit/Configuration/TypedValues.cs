using System.Collections;
using System.Globalization;
using System.Net;
using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

/// <summary>A typed tree as lines like <c>Storage.Driver.Bucket = images</c>, in which the values of secrets stand open.</summary>
internal static class TypedValues
{
    public static IReadOnlyList<string> Of(RegistryConfiguration configuration) => [.. Lines("", configuration)];

    private static IEnumerable<string> Lines(string path, object? value) => value switch
    {
        null => [],
        Secret secret => [$"{path} = {secret.Value}"],
        string or Uri or ListenAddress or IPNetwork or Enum => [$"{path} = {value}"],
        IDictionary map => map.Keys.Cast<string>().SelectMany(key => Lines(Join(path, key), map[key])),
        IEnumerable list => list.Cast<object>().SelectMany((item, index) => Lines($"{path}[{index}]", item)),
        IFormattable number => [$"{path} = {number.ToString(null, CultureInfo.InvariantCulture)}"],
        bool => [$"{path} = {value}"],
        _ =>
        [
            $"{path} is {value.GetType().Name}",
            .. value.GetType().GetProperties().Where(property => property.GetMethod is { IsStatic: false } && property.GetIndexParameters().Length == 0)
                .SelectMany(property => Lines(Join(path, property.Name), property.GetValue(value))),
        ],
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
