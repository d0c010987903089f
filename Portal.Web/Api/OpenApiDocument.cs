using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Web.Api;

/// <summary>The OpenAPI 3.1 document, made of the operations and their types when somebody asks for it.</summary>
internal static class OpenApiDocument
{
    private const string Schemas = "#/components/schemas/";

    private static readonly string Problem = ApiSchemas.NameOf(typeof(ApiProblem));

    public static async Task WriteAsync(HttpContext context, ApiRoutes routes)
    {
        var request = context.Request;
        var root = $"{request.Scheme}://{request.Host}{request.PathBase}/{PortalUrls.ApiRoot}";
        context.Response.ContentType = "application/json; charset=utf-8";
        if (!HttpMethods.IsHead(request.Method))
        {
            await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Indented = true });
            Build(routes, root).WriteTo(writer);
        }
    }

    /// <param name="root">The address of the API, without a slash at the end.</param>
    public static JsonObject Build(ApiRoutes routes, string root)
    {
        var schemas = new ApiSchemas();
        var paths = new JsonObject();
        foreach (var resource in routes.Resources)
        {
            foreach (var operation in resource.Operations)
            {
                var path = "/" + operation.Path;
                var methods = paths[path] as JsonObject ?? [];
                methods[operation.Method.ToLowerInvariant()] = Describe(operation, resource.Name, schemas);
                paths[path] = methods;
            }
        }

        schemas.Refer(ApiJson.Default.ApiProblem);
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Registry Portal",
                ["version"] = "1",
                ["description"] = Introduction,
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = root }),
            ["security"] = new JsonArray(new JsonObject { ["basic"] = new JsonArray() }, new JsonObject { ["session"] = new JsonArray() }, new JsonObject()),
            ["tags"] = new JsonArray([.. routes.Resources.Select(resource => new JsonObject { ["name"] = resource.Name })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.All,
                ["securitySchemes"] = new JsonObject
                {
                    ["basic"] = new JsonObject { ["type"] = "http", ["scheme"] = "basic", ["description"] = "A user's name, and the password or an access token." },
                    ["session"] = new JsonObject
                    {
                        ["type"] = "apiKey",
                        ["in"] = "cookie",
                        ["name"] = SignIn.SessionCookie.Name,
                        ["description"] = "The pages' own cookie: to read, never to change anything.",
                    },
                },
                ["responses"] = new JsonObject
                {
                    ["Problem"] = new JsonObject
                    {
                        ["description"] = "It was not done; the body says why (RFC 9457).",
                        ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = Reference(Problem) } },
                    },
                },
            },
        };
    }

    /// <summary>What holds everywhere, for the document and the page.</summary>
    public const string Introduction =
        "What the pages show, for programs. What you may not pull is not there (404), what you may not do is refused with the reason (403), "
        + "and without credentials you see what guests see, or are asked for some (401). Sizes are in bytes, moments in UTC, digests whole. "
        + "A list comes in parts: the field next of an answer, and the header Link, say where it goes on. Every failure is a problem of RFC 9457. "
        + "There are no CORS headers: scripts of other sites read nothing here. Where auth.token is configured, its tokens are the registry's alone; users of the portal's own sign in here.";

    private static JsonObject Describe(ApiOperation operation, string resource, ApiSchemas schemas)
    {
        var text = string.Join(" ", new[] { operation.Note, operation.IsForAdministrators ? "For administrators." : null }.OfType<string>());
        var described = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["tags"] = new JsonArray(resource),
            ["summary"] = operation.Summary,
            ["parameters"] = new JsonArray(
                [.. operation.PathParameters.Select(parameter => Describe(parameter, "path")), .. operation.Query.Select(parameter => Describe(parameter, "query"))]),
        };
        if (text.Length > 0)
        {
            described["description"] = text;
        }

        if (operation.Body is { } body)
        {
            described["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schemas.Refer(body), ["example"] = JsonNode.Parse(operation.Example!) } },
            };
        }

        var success = new JsonObject { ["description"] = operation is { Answer: null, ContentType: null } ? "It is done." : operation.Summary };
        if (operation.Answer is { } answer)
        {
            success["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schemas.Refer(answer) } };
        }

        if (operation.ContentType is { } contentType)
        {
            // Bytes as they are: a schema would say less (OpenAPI 3.1, "Considerations for Binary Data").
            success["content"] = new JsonObject { [contentType] = new JsonObject() };
        }

        described["responses"] = new JsonObject
        {
            [operation.Status.ToString(CultureInfo.InvariantCulture)] = success,
            ["default"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" },
        };
        return described;
    }

    private static JsonObject Describe(ApiParameter parameter, string place)
    {
        var schema = new JsonObject { ["type"] = parameter.Type };
        if (parameter.Choices.Count > 0)
        {
            schema["enum"] = new JsonArray([.. parameter.Choices.Select(choice => (JsonNode)choice)]);
        }

        if (parameter.Default is { } usual)
        {
            schema["default"] = parameter.Type is "string" ? usual : JsonNode.Parse(usual);
        }

        var described = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = place,
            ["required"] = parameter.IsRequired,
            ["description"] = parameter.Description,
            ["schema"] = schema,
        };
        if (parameter.Example.Length > 0)
        {
            described["example"] = parameter.Type is "string" ? parameter.Example : JsonNode.Parse(parameter.Example);
        }

        return described;
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = Schemas + name };
}
