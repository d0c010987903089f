using System.Text.RegularExpressions;
using Portal.Registry.Protocol;
using Portal.Storage.Layout;
using Portal.Storage.Oci;

namespace Portal.Tests.Fuzz;

/// <summary>Paths and what they name, against the grammar as regular expressions.</summary>
public sealed partial class GrammarFuzzTests
{
    private const string Hex64 = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    private static readonly string[] Pieces =
    [
        "a", "b0", "team", "blobs", "uploads", "manifests", "tags", "list", "referrers", "_catalog", "_ping", "search", "latest", "1.0",
        ".", "..", "-", "--", "_", "__", "___", "", "/", "//", ":", "@", "+", "%", "%2e", "%2E%2e", "%2F", "%2f", "%252F", "%00", "%zz", "%C3%A9",
        "%F0%9F%99%82", "%ED%A0%80", "é", "🙂", "\ud800", "\0", "\n", "\\", "?", "#", " ", "A", "Z", "sha256:", "sha512:", "sha256:" + Hex64,
        "sha512:" + Hex64 + Hex64, "SHA256:" + Hex64, Hex64, "5ba6e5a1-9a8c-4a0b-8f53-2a6d9f9c4f55", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    private static readonly string[] Paths =
    [
        "", "_catalog", "team/app/tags/list", "team/app/manifests/latest", $"team/app/manifests/sha256:{Hex64}", $"a/blobs/sha256:{Hex64}",
        "a/blobs/uploads/", "a/blobs/uploads", "a/b/blobs/uploads/5ba6e5a1-9a8c-4a0b-8f53-2a6d9f9c4f55", $"a-b/c__d/referrers/sha512:{Hex64}{Hex64}",
        "blobs/uploads/blobs/uploads/", "tags/list/tags/list", "_ping", "search",
    ];

    [Fact]
    public Task Route_OfAnyPath_IsWhatTheGrammarSays() => FuzzRun.RepeatAsync(100_000, random =>
    {
        var path = NewText(random);

        RegistryRoute? route = null;
        ErrorCode? refusal = null;
        try
        {
            route = RegistryRoute.Parse(path);
        }
        catch (OciException exception)
        {
            refusal = exception.Code;
        }

        var (kind, name, argument) = Expect(path);
        if (kind is null)
        {
            Assert.True((route, refusal) is (null, null), $"'{path}' names nothing");
        }
        else if (name is not null && !IsName(name))
        {
            Assert.True(refusal == ErrorCode.NameInvalid, $"'{path}' has no valid name");
        }
        else
        {
            Assert.True(route is not null, $"'{path}' names {kind} of '{name}'");
            Assert.Equal((kind.Value, name ?? string.Empty, argument), (route.Value.Kind, route.Value.Name.ToString(), route.Value.Argument));
        }

        var first = RegistryRoute.ParseV1(path);
        Assert.Equal(path switch { "_ping" => RouteKind.V1Ping, "search" => RouteKind.V1Search, _ => null }, first?.Kind);
    });

    [Fact]
    public Task Words_OfAnyText_AreWhatTheGrammarSays() => FuzzRun.RepeatAsync(100_000, random =>
    {
        var text = NewText(random);

        Assert.Equal(IsName(text), RepositoryName.TryParse(text, out var name));
        Assert.Equal(TagGrammar().IsMatch(text), Tag.TryParse(text, out var tag));
        Assert.Equal(DigestGrammar().IsMatch(text), Digest.TryParse(text, out var digest));
        AssertParses(() => RepositoryName.Parse(text).ToString(), text, IsName(text), ErrorCode.NameInvalid);
        AssertParses(() => Tag.Parse(text).ToString(), text, TagGrammar().IsMatch(text), ErrorCode.TagInvalid);
        AssertParses(() => Digest.Parse(text).ToString(), text, DigestGrammar().IsMatch(text), ErrorCode.DigestInvalid);
        var isDigest = text.Contains(':', StringComparison.Ordinal);
        AssertParses(
            () => Reference.Parse(text).ToString(),
            text,
            isDigest ? DigestGrammar().IsMatch(text) : TagGrammar().IsMatch(text),
            isDigest ? ErrorCode.DigestInvalid : ErrorCode.TagInvalid);

        // What parsed stays in its own folder.
        if (name != default)
        {
            Assert.Equal($"docker/registry/v2/repositories/{text}", RegistryPaths.Repository(name).ToRelative());
            Assert.StartsWith("/store/docker", Path.GetFullPath($"/store/{RegistryPaths.Repository(name).ToRelative()}"), StringComparison.Ordinal);
        }

        if (tag != default)
        {
            var folder = RegistryPaths.TagFolder(RepositoryName.Parse("a"), tag);
            Assert.Equal(text, folder.Name);
            Assert.Equal($"/{folder.ToRelative()}", Path.GetFullPath($"/{folder.ToRelative()}"));
        }

        if (digest != default)
        {
            Assert.Equal(text, $"{digest.AlgorithmName}:{digest.Hex}");
            Assert.StartsWith("docker/registry/v2/blobs/sha", RegistryPaths.BlobData(digest).ToRelative(), StringComparison.Ordinal);
        }
    });

    /// <summary>A path, a damaged one, or words thrown together.</summary>
    private static string NewText(Random random)
    {
        if (random.Next(3) == 0)
        {
            var separator = random.Pick((string[])["/", "/", ""]);
            return string.Join(separator, Enumerable.Range(0, random.Next(8)).Select(_ => random.Pick(Pieces)));
        }

        return random.Next(2) == 0 ? random.Damage(random.Pick(Paths), Pieces) : random.Damage(random.Pick(Pieces), Pieces);
    }

    private static void AssertParses(Func<string> parse, string text, bool isValid, ErrorCode code)
    {
        try
        {
            Assert.Equal(text, parse());
            Assert.True(isValid, $"'{text}' was taken");
        }
        catch (OciException exception)
        {
            Assert.False(isValid, $"'{text}' was refused");
            Assert.Equal(code, exception.Code);
        }
    }

    private static (RouteKind? Kind, string? Name, string Argument) Expect(string path)
    {
        if (path.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            return (RouteKind.Base, "%2F", string.Empty);
        }

        path = Uri.UnescapeDataString(path);
        if (path is "" or "_catalog")
        {
            return (path.Length == 0 ? RouteKind.Base : RouteKind.Catalog, null, string.Empty);
        }

        var match = RouteGrammar().Match(path);
        var argument = match.Groups["argument"].Value;
        RouteKind? kind = !match.Success ? null : match.Groups["resource"].Value switch
        {
            "tags/list" => RouteKind.Tags,
            "blobs/uploads" => RouteKind.Uploads,
            "blobs/uploads/" => argument.Length == 0 ? RouteKind.Uploads : RouteKind.Upload,
            "blobs/" => RouteKind.Blob,
            "manifests/" => RouteKind.Manifest,
            _ => RouteKind.Referrers,
        };
        return (kind, match.Groups["name"].Value, argument);
    }

    private static bool IsName(string text) => text.Length <= 255 && NameGrammar().IsMatch(text);

    [GeneratedRegex(@"\A(?:(?<name>.*)/)?(?:(?<resource>tags/list|blobs/uploads)|(?<resource>blobs/uploads/)(?<argument>[^/]*)|(?<resource>blobs/|manifests/|referrers/)(?<argument>[^/]+))\z", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex RouteGrammar();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex NameGrammar();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex TagGrammar();

    [GeneratedRegex(@"\A(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})\z")]
    private static partial Regex DigestGrammar();
}
