using System.Text.Json;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>A package that a list of packages names.</summary>
/// <param name="Purl">Its package URL, which tells the ecosystem too.</param>
public sealed record SbomPackage(string Name, string? Version, string? License, string? Purl);

/// <summary>A list of packages: SPDX 2 or CycloneDX, in JSON, alone or in an in-toto statement.</summary>
/// <param name="Format">The format and its version.</param>
/// <param name="IsCut">Whether there are more packages than are read.</param>
public sealed record Sbom(string Format, IReadOnlyList<SbomPackage> Packages, bool IsCut)
{
    /// <summary>How many packages are read.</summary>
    public const int MaxPackages = 50_000;

    private const int MaxText = 500;

    /// <returns>Null when the document is of neither format.</returns>
    /// <exception cref="JsonException">It is no JSON that can be read.</exception>
    public static Sbom? Read(ReadOnlyMemory<byte> document)
    {
        document = Statement.Unwrap(document);
        var parts = JsonParts.Read(document);
        if (parts.Has("predicateType"))
        {
            document = parts["predicate"];
            parts = JsonParts.Read(document);
        }

        var packages = new List<SbomPackage>();
        if (parts.Text("spdxVersion") is { } spdx)
        {
            var isCut = ReadList(parts["packages"], packages, ReadSpdx);
            return new Sbom(spdx.Replace('-', ' '), packages, isCut);
        }

        if (parts.Text("bomFormat") is "CycloneDX")
        {
            var isCut = ReadList(parts["components"], packages, ReadComponent);
            return new Sbom($"CycloneDX {parts.Text("specVersion")}".TrimEnd(), packages, isCut);
        }

        return null;
    }

    /// <returns>Whether it has more in it than are read.</returns>
    private static bool ReadComponent(JsonElement component, List<SbomPackage> packages)
    {
        var open = new Stack<JsonElement>([component]);
        while (open.TryPop(out var one))
        {
            if (packages.Count >= MaxPackages)
            {
                return true;
            }

            packages.Add(new SbomPackage(
                Join(Text(one, "group"), Text(one, "name")), Text(one, "version"), Licenses(one), Text(one, "purl")));
            if (one.TryGetProperty("components", out var nested) && nested.ValueKind == JsonValueKind.Array)
            {
                foreach (var inner in nested.EnumerateArray().Where(inner => inner.ValueKind == JsonValueKind.Object))
                {
                    open.Push(inner);
                }
            }
        }

        return false;
    }

    /// <summary>Reads one element after the other, so that no more than one is held as a document.</summary>
    /// <returns>Whether there were more than are read.</returns>
    private static bool ReadList(ReadOnlyMemory<byte> list, List<SbomPackage> packages, Func<JsonElement, List<SbomPackage>, bool> read)
    {
        var reader = new Utf8JsonReader(list.Span, JsonParts.Options);
        if (list.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (packages.Count >= MaxPackages)
            {
                return true;
            }

            using var element = JsonDocument.ParseValue(ref reader);
            if (element.RootElement.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            try
            {
                if (read(element.RootElement, packages))
                {
                    return true;
                }
            }
            catch (InvalidOperationException exception)
            {
                throw new JsonException("text that is not Unicode", exception);
            }
        }

        return false;
    }

    private static bool ReadSpdx(JsonElement package, List<SbomPackage> packages)
    {
        string? purl = null;
        if (package.TryGetProperty("externalRefs", out var references) && references.ValueKind == JsonValueKind.Array)
        {
            purl = references.EnumerateArray()
                .Where(reference => reference.ValueKind == JsonValueKind.Object && Text(reference, "referenceType") == "purl")
                .Select(reference => Text(reference, "referenceLocator")).FirstOrDefault();
        }

        packages.Add(new SbomPackage(
            Text(package, "name") ?? string.Empty,
            Text(package, "versionInfo"),
            Stated(Text(package, "licenseConcluded")) ?? Stated(Text(package, "licenseDeclared")),
            purl));
        return false;
    }

    private static string? Licenses(JsonElement component)
    {
        if (!component.TryGetProperty("licenses", out var licenses) || licenses.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var names = licenses.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object).Take(20).Select(one =>
            Text(one, "expression")
            ?? (one.TryGetProperty("license", out var license) && license.ValueKind == JsonValueKind.Object ? Text(license, "id") ?? Text(license, "name") : null));
        return string.Join(", ", names.OfType<string>()) is { Length: > 0 } text ? ClaimText.Cut(text) : null;
    }

    private static string? Stated(string? license) => license is null or "NOASSERTION" or "NONE" or "" ? null : license;

    private static string Join(string? group, string? name) => string.IsNullOrEmpty(group) ? name ?? string.Empty : $"{group}/{name}";

    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        return ClaimText.Cut(value.GetString()!, MaxText);
    }
}
