using Portal.Storage.Reasons;

namespace Portal.Web.Components.Controls;

/// <summary>An error's message, which begins in lower case as a log has it, for a page.</summary>
internal static class Sentence
{
    public static string Of(Reason reason) => Of(ReasonText.Of(reason));

    public static string Of(string message)
    {
        return message.Length == 0 ? "" : $"{char.ToUpperInvariant(message[0])}{message.AsSpan(1)}{(message[^1] is '.' or '?' or '!' ? "" : ".")}";
    }
}
