using System.Diagnostics.CodeAnalysis;
using Portal.Storage.Reasons;
using Portal.Web.Words;

namespace Portal.Web.Components.Controls;

/// <summary>What services say when they do not do something, in the visitor's language.</summary>
public static class ReasonText
{
    private static readonly ServiceWords Words = new("ReasonWords");

    /// <summary>The reason of an exception; the message in English where it has none.</summary>
    public static string Of(Exception exception) => exception is IReasoned { Reason: { } reason } ? Of(reason) : exception.Message;

    /// <returns>Null for null.</returns>
    [return: NotNullIfNotNull(nameof(reason))]
    public static string? Of(Reason? reason)
    {
        if (reason?.Name is not { } name || Words.Find(name) is not { } text)
        {
            return reason?.ToString();
        }

        try
        {
            return text.With([.. reason.Values.Select(value => value is Reason part ? Of(part) : value)]);
        }
        catch (Exception exception) when (reason.Kind is null && exception is FormatException or InvalidCastException or OverflowException)
        {
            // It was kept by another version, with other values than the words have places for.
            return reason.ToString();
        }
    }

    /// <summary>Whether it is shown in English on a page that is in another language.</summary>
    public static bool IsForeign(Reason reason) => Language.Current != Language.English && (reason.Name is null || Words.Find(reason.Name) is null);
}
