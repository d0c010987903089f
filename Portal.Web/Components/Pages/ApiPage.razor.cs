using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Portal.Web.Api;

namespace Portal.Web.Components.Pages;

/// <summary>What the JSON API can do, for people: made of the same operations as the OpenAPI document.</summary>
public sealed partial class ApiPage
{
    private JsonObject _document = default!;

    [Inject]
    private ApiRoutes Routes { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    /// <summary>The API's address, as the browser reaches it.</summary>
    private string Root => Navigation.BaseUri + PortalUrls.ApiRoot;

    private string User => Visitor.Name is { } name && !name.Contains('\'', StringComparison.Ordinal) ? name : "NAME";

    protected override void OnInitialized() => _document = OpenApiDocument.Build(Routes, Root);

    private IEnumerable<(string Name, JsonNode Schema)> Schemas => Parts(_document["components"]!["schemas"]!);

    private static IEnumerable<(string Name, JsonNode Value)> FieldsOf(JsonNode schema) => Parts(schema["properties"]!);

    private static IEnumerable<(string, JsonNode)> Parts(JsonNode node) => node.AsObject().Select(pair => (pair.Key, pair.Value!));

    private JsonNode Describe(ApiOperation operation) => _document["paths"]!["/" + operation.Path]![operation.Method.ToLowerInvariant()]!;

    private static string PlaceOf(ApiResource resource) => "about-" + resource.Name.ToLowerInvariant().Replace(' ', '-');
}
