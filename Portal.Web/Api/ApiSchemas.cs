using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Portal.Web.Api;

/// <summary>The JSON Schema of each type that the API answers or takes, each under its name, with the words of the code's own comments.</summary>
internal sealed class ApiSchemas
{
    private const string Place = "#/components/schemas/";

    private readonly Dictionary<string, JsonObject> _all = new(StringComparer.Ordinal);
    private readonly JsonSchemaExporterOptions _options;
    private readonly ApiComments _comments = ApiComments.Read();

    public ApiSchemas()
    {
        _options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };
    }

    /// <summary>By their names, in the alphabet's order.</summary>
    public JsonObject All => new([.. _all.OrderBy(schema => schema.Key, StringComparer.Ordinal).Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value))]);

    /// <summary>What a type is called: <c>ApiList&lt;ApiTag&gt;</c> is <c>TagList</c>.</summary>
    public static string NameOf(Type type)
    {
        return type.IsGenericType ? NameOf(type.GetGenericArguments()[0]) + "List" : type.Name["Api".Length..];
    }

    /// <summary>A schema that refers to the type's own, which is described if it is not yet.</summary>
    public JsonNode Refer(JsonTypeInfo type)
    {
        if (!IsOurs(type))
        {
            return JsonSchemaExporter.GetJsonSchemaAsNode(type, _options);
        }

        var name = NameOf(type.Type);
        if (!_all.ContainsKey(name))
        {
            // Held while it is described, which may come back to it.
            _all[name] = [];
            _all[name] = (JsonObject)JsonSchemaExporter.GetJsonSchemaAsNode(type, _options);
        }

        return new JsonObject { ["$ref"] = Place + name };
    }

    private static bool IsOurs(JsonTypeInfo type) => type.Kind is JsonTypeInfoKind.Object && type.Type.Namespace == typeof(ApiSchemas).Namespace;

    /// <summary>What has a converter of its own, the framework does not describe.</summary>
    private static JsonObject Moment(bool isNullable) => new() { ["type"] = isNullable ? new JsonArray("string", "null") : "string", ["format"] = "date-time" };

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo;
        if (Nullable.GetUnderlyingType(type.Type) is var bare && (bare ?? type.Type) == typeof(DateTimeOffset))
        {
            schema = Moment(bare is not null);
        }
        else if (type.ElementType == typeof(DateTimeOffset))
        {
            schema["items"] = Moment(isNullable: false);
        }
        else if (IsOurs(type) && !context.Path.IsEmpty)
        {
            var reference = Refer(type);
            schema = context.PropertyInfo is { IsGetNullable: true }
                ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) }
                : reference;
        }

        var described = context.PropertyInfo?.AttributeProvider as MemberInfo ?? (context.Path.IsEmpty ? type.Type : null);
        if (described is not null && _comments.Find(described) is { } text)
        {
            schema = schema as JsonObject ?? [];
            schema["description"] = text;
        }

        return schema;
    }
}
