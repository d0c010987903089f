using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Portal.Registry.Auth.Tokens;

/// <summary>A JSON Web Token in its compact form (RFC 7515, 7.1; RFC 7519): well formed, and nothing of it believed yet.</summary>
public sealed class JsonWebToken
{
    /// <summary>Characters of a token; with some sixty for each repository there is room for a thousand.</summary>
    public const int MaxLength = 64 * 1024;

    private const int MaxCertificates = 10;

    // Nothing twice: of two values one would be checked and the other one believed.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private JsonWebToken(JsonElement header, JsonElement claims, byte[] signedText, byte[] signature)
    {
        (Claims, SignedText, Signature) = (claims, signedText, signature);
        Algorithm = TextOf(header, "alg") ?? throw new TokenRefusedException("its header names no algorithm");
        KeyId = TextOf(header, "kid");
        Certificates = header.TryGetProperty("x5c", out var chain) ? ReadChain(chain) : [];
        Key = header.TryGetProperty("jwk", out var key) && key.ValueKind is JsonValueKind.Object ? key : null;
        if (header.TryGetProperty("crit", out _))
        {
            throw new TokenRefusedException("its header has extensions that are not known (crit)");
        }

        if (TextOf(header, "typ") is { } type && !IsToken(type))
        {
            throw new TokenRefusedException($"it is no token but {TokenRefusedException.Quote(type)} (typ)");
        }
    }

    /// <summary>How it says it is signed.</summary>
    public string Algorithm { get; }

    /// <summary>Which key it says it is signed with; null when it does not say.</summary>
    public string? KeyId { get; }

    /// <summary>The chain of certificates it brings along in Base64, the signer's first; empty for none.</summary>
    public IReadOnlyList<string> Certificates { get; }

    /// <summary>The key it brings along (RFC 7517); null for none.</summary>
    public JsonElement? Key { get; }

    /// <summary>What it says: an object.</summary>
    public JsonElement Claims { get; }

    /// <summary>What is signed.</summary>
    public byte[] SignedText { get; }

    public byte[] Signature { get; }

    /// <exception cref="TokenRefusedException">The text is no such token.</exception>
    public static JsonWebToken Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new TokenRefusedException($"it has more than {MaxLength} characters");
        }

        if (text.Split('.', 4) is not [var header, var claims, var signature])
        {
            throw new TokenRefusedException("it does not have three parts");
        }

        return new JsonWebToken(
            ParseObject(header, "header"), ParseObject(claims, "claims"), Encoding.ASCII.GetBytes(text, 0, header.Length + 1 + claims.Length), Decode(signature));
    }

    /// <returns>Null when the member is missing.</returns>
    /// <exception cref="TokenRefusedException">It is no text.</exception>
    internal static string? TextOf(JsonElement section, string name)
    {
        if (!section.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.String ? TextOf(value) : throw new TokenRefusedException($"its {name} is no text");
    }

    /// <exception cref="TokenRefusedException">It holds half a character.</exception>
    internal static string TextOf(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new TokenRefusedException("it holds a text that is no Unicode");
        }
    }

    private static JsonElement ParseObject(string part, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(Decode(part), Strict);
            return json.RootElement.ValueKind is JsonValueKind.Object
                ? json.RootElement.Clone()
                : throw new TokenRefusedException($"its {name} is no JSON object");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second one when the name of a member holds half a character.
            throw new TokenRefusedException($"its {name} is no JSON object");
        }
    }

    private static byte[] Decode(string part)
    {
        try
        {
            return part.AsSpan().ContainsAnyExcept(Alphabet)
                ? throw new TokenRefusedException("a part of it is no base64url")
                : Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            throw new TokenRefusedException("a part of it is no base64url");
        }
    }

    private static List<string> ReadChain(JsonElement chain)
    {
        return chain.ValueKind is JsonValueKind.Array && chain.GetArrayLength() is > 0 and <= MaxCertificates
            ? [.. chain.EnumerateArray().Select(item =>
                item.ValueKind is JsonValueKind.String ? TextOf(item) : throw new TokenRefusedException("its x5c holds something else than texts"))]
            : throw new TokenRefusedException($"its x5c is no list of 1 to {MaxCertificates} certificates");
    }

    /// <summary><c>JWT</c>, or an access token of OAuth (RFC 9068), with or without the beginning of a media type.</summary>
    private static bool IsToken(string type)
    {
        var name = type.AsSpan();
        const string Application = "application/";
        name = name.StartsWith(Application, StringComparison.OrdinalIgnoreCase) ? name[Application.Length..] : name;
        return name.Equals("JWT", StringComparison.OrdinalIgnoreCase) || name.Equals("at+jwt", StringComparison.OrdinalIgnoreCase);
    }
}
