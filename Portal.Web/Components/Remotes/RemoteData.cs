using Portal.Storage.Oci;

namespace Portal.Web.Components.Remotes;

/// <summary>What a page shows of a registry elsewhere, or the sentence that says why it cannot.</summary>
public sealed record RemoteData<T>(T? Value, string? Reason)
    where T : class
{
    /// <summary>Asks the registry; what it refuses is no fault of this portal, and is told.</summary>
    public static async Task<RemoteData<T>?> AskAsync(Func<Task<T?>> ask)
    {
        try
        {
            return await ask() is { } value ? new RemoteData<T>(value, null) : null;
        }
        catch (OciException exception)
        {
            return new RemoteData<T>(null, exception.Message);
        }
    }
}
