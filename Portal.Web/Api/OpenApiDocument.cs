using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Web.Api;

/// <summary>The OpenAPI 3.1 document, made of the operations and their types when somebody asks for it.</summary>
internal static class OpenApiDocument
{
    private const string Schemas = "#/components/schemas/";
    private const string ProblemResponse = "#/components/responses/Problem";

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
        + "There are no CORS headers: scripts of other sites read nothing here. Naming the first administrator is not for programs: that is a page, whose link the log tells. Where auth.token is configured, its tokens are the registry's alone; users of the portal's own sign in here.";

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

        if (operation.Status is StatusCodes.Status201Created or StatusCodes.Status202Accepted)
        {
            success["headers"] = new JsonObject { ["Location"] = new JsonObject { ["description"] = "Where it is.", ["schema"] = new JsonObject { ["type"] = "string" } } };
        }

        var responses = new JsonObject { [Text(operation.Status)] = success };
        foreach (var (status, meaning) in Failures(operation))
        {
            responses[Text(status)] = new JsonObject { ["$ref"] = ProblemResponse, ["description"] = meaning };
        }

        responses["default"] = new JsonObject { ["$ref"] = ProblemResponse };
        described["responses"] = responses;
        return described;
    }

    /// <summary>How it can be refused. What else may fail is the same everywhere: 429 after wrong passwords, 503 when something is away, 500.</summary>
    private static IEnumerable<(int Status, string Meaning)> Failures(ApiOperation operation)
    {
        var isNamed = operation.PathParameters.Any();
        if (isNamed || operation.Query.Count > 0 || operation.Body is not null)
        {
            yield return (StatusCodes.Status400BadRequest, "A value cannot be meant; the detail names it, and what it can be.");
        }

        yield return (StatusCodes.Status401Unauthorized, "Credentials are needed, or those that came prove nothing.");
        yield return (StatusCodes.Status403Forbidden, "It is not allowed, or switched off; the detail says who can change that.");
        if (isNamed)
        {
            yield return (StatusCodes.Status404NotFound, "It is not there, or not for the one who asks to see.");
        }

        if (!HttpMethods.IsGet(operation.Method))
        {
            yield return (StatusCodes.Status409Conflict, "It cannot be done as things are; the detail says why.");
        }

        if (operation.Body is not null)
        {
            yield return (StatusCodes.Status413PayloadTooLarge, "The body is too large.");
            yield return (StatusCodes.Status415UnsupportedMediaType, "The body is no JSON.");
        }
    }

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

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
