using Portal.Storage.Oci;
using Portal.Web.Components.Controls;

namespace Portal.Web.Components.Remotes;

/// <summary>What a page shows of a registry elsewhere, or the sentence that says why it cannot.</summary>
public sealed record RemoteData<T>(T? Value, string? Reason)
    where T : class;

/// <summary>Asks registries elsewhere for a page.</summary>
public static class RemoteData
{
    /// <summary>Asks; what the registry refuses is no fault of this portal, and is told.</summary>
    /// <returns>Null when what is asked for is not there.</returns>
    public static async Task<RemoteData<T>?> AskAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask() is { } value ? new RemoteData<T>(value, null) : null;
        }
        catch (OciException exception)
        {
            return new RemoteData<T>(null, ReasonText.Of(exception));
        }
    }
}
