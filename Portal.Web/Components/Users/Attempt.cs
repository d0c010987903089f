using Portal.Registry.Auth;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;

namespace Portal.Web.Components.Users;

/// <summary>Does what a person asked for and keeps why it was refused. One act at a time: a second click does nothing.</summary>
internal sealed class Attempt
{
    /// <summary>Why the last act was not done; null when it was.</summary>
    public string? Refusal { get; private set; }

    public bool IsRunning { get; private set; }

    /// <returns>Whether it was done.</returns>
    public async Task<bool> RunAsync(Func<Task> act)
    {
        if (IsRunning)
        {
            return false;
        }

        (IsRunning, Refusal) = (true, null);
        try
        {
            await act();
            return true;
        }
        catch (Exception exception) when (exception is UserChangeException or OciException)
        {
            Refusal = ReasonText.Of(exception);
            return false;
        }
        finally
        {
            IsRunning = false;
        }
    }

    /// <summary>Refuses by itself, before anybody is asked.</summary>
    public void Refuse(string reason) => Refusal = reason;
}
