using Portal.Storage.Reasons;

namespace Portal.Storage.Oci;

/// <summary>One protocol failure: what went wrong, in words a client may show, and what it concerns.</summary>
/// <param name="Code">The protocol's code; it decides the HTTP status.</param>
/// <param name="Message">A sentence for people. Never holds a secret or a path of this machine.</param>
/// <param name="Detail">Names and values for programs, or null.</param>
public sealed record OciError(ErrorCode Code, string Message, IReadOnlyDictionary<string, string>? Detail = null);

/// <summary>An expected failure of a request: the client's mistake or a rule, never a fault of ours.</summary>
public class OciException : Exception, IReasoned
{
    public OciException(ErrorCode code, string message, params ReadOnlySpan<(string Key, string Value)> detail)
        : this([new OciError(code, message, ToDictionary(detail))])
    {
    }

    /// <param name="reason">Why, as pages say it too; in English it is the message.</param>
    public OciException(ErrorCode code, Reason reason, params ReadOnlySpan<(string Key, string Value)> detail)
        : this([new OciError(code, reason.ToString(), ToDictionary(detail))], reason)
    {
    }

    /// <param name="errors">At least one; a manifest that names several missing blobs has one for each.</param>
    /// <param name="reason">What the first of them says, as pages say it too.</param>
    public OciException(IReadOnlyList<OciError> errors, Reason? reason = null)
        : base(errors[0].Message)
    {
        (Errors, Reason) = (errors, reason);
    }

    public IReadOnlyList<OciError> Errors { get; }

    public ErrorCode Code => Errors[0].Code;

    public Reason? Reason { get; }

    private static Dictionary<string, string>? ToDictionary(ReadOnlySpan<(string Key, string Value)> detail)
    {
        if (detail.IsEmpty)
        {
            return null;
        }

        var map = new Dictionary<string, string>(detail.Length);
        foreach (var (key, value) in detail)
        {
            map[key] = value;
        }

        return map;
    }
}
