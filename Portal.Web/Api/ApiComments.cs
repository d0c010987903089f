using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Portal.Web.Api;

/// <summary>The summaries of the API's types and their properties, from the file of comments that lies beside the program.</summary>
internal sealed partial class ApiComments
{
    private readonly Dictionary<string, string> _summaries;

    private ApiComments(Dictionary<string, string> summaries) => _summaries = summaries;

    /// <summary>Reads them; none where the file was taken away.</summary>
    public static ApiComments Read()
    {
        var path = Path.Combine(AppContext.BaseDirectory, typeof(ApiComments).Assembly.GetName().Name + ".xml");
        if (!File.Exists(path))
        {
            return new ApiComments([]);
        }

        var prefix = $":{typeof(ApiComments).Namespace}.";
        var members = XDocument.Load(path).Descendants("member")
            .Select(member => (Name: (string?)member.Attribute("name") ?? "", Summary: member.Element("summary")))
            .Where(member => member.Name.AsSpan(1).StartsWith(prefix, StringComparison.Ordinal) && member.Summary is not null);
        return new ApiComments(members.ToDictionary(member => member.Name, member => Blanks().Replace(member.Summary!.Value, " ").Trim()));
    }

    /// <returns>Null when nothing is said of it.</returns>
    public string? Find(MemberInfo member)
    {
        var type = member as Type ?? member.DeclaringType!;
        var name = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName;
        return _summaries.GetValueOrDefault(member is Type ? $"T:{name}" : $"P:{name}.{member.Name}");
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
