using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>The fields of a request for a token (RFC 6749, 4.3.2 and 6). An empty field counts as missing.</summary>
internal sealed class TokenForm
{
    private const int MaxSize = 32 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, StringValues> _fields;

    private TokenForm(Dictionary<string, StringValues> fields) => _fields = fields;

    /// <returns>Null when the field is missing.</returns>
    public string? this[string name] => _fields.TryGetValue(name, out var values) && values is [{ Length: > 0 } text] ? text : null;

    /// <exception cref="OAuthException">The body is no such form, too long, or too slow.</exception>
    public static async Task<TokenForm> ReadAsync(HttpContext context, TimeProvider time)
    {
        if (context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is not true)
        {
            throw new OAuthException("invalid_request", "the body has to be application/x-www-form-urlencoded");
        }

        using var slow = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, context.RequestAborted);
        try
        {
            var body = new byte[MaxSize + 1];
            var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, either.Token);
            if (length > MaxSize)
            {
                throw new OAuthException("invalid_request", $"the body has more than {MaxSize} bytes");
            }

            var fields = new FormReader(Encoding.UTF8.GetString(body, 0, length)).ReadForm();
            return fields.Any(field => field.Value.Count > 1 && field.Key is not "scope")
                ? throw new OAuthException("invalid_request", "a field stands twice")
                : new TokenForm(fields);
        }
        catch (InvalidDataException)
        {
            throw new OAuthException("invalid_request", "the body has too many or too long fields");
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close";
            throw new OAuthException("invalid_request", $"the body did not come within {Deadline.TotalSeconds} seconds");
        }
    }

    /// <exception cref="OAuthException">The field is missing.</exception>
    public string Require(string name)
    {
        return this[name] ?? throw new OAuthException("invalid_request", $"{name} is missing");
    }

    /// <exception cref="OAuthException">One of them is none.</exception>
    public IReadOnlyList<TokenScope> ReadScopes()
    {
        try
        {
            return TokenScope.ParseAll(_fields.GetValueOrDefault("scope"));
        }
        catch (FormatException exception)
        {
            throw new OAuthException("invalid_scope", exception.Message);
        }
    }
}

/// <summary>A request for a token that is refused (RFC 6749, 5.2).</summary>
/// <param name="error">One of the specification's words.</param>
/// <param name="description">What is wrong, in a sentence.</param>
internal sealed class OAuthException(string error, string description) : Exception(description)
{
    public string Error => error;
}
