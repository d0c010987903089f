using Portal.Storage.Journal;

namespace Portal.Registry.Notifications;

/// <summary>
/// Events that are stored and not yet in the queue of their endpoints. It outlives an application: two of them may record
/// at the same time, and one at a time sends.
/// </summary>
/// <param name="folder">Where they are kept; made with the first one.</param>
public sealed class PendingEvents(string folder) : IDisposable
{
    /// <summary>Where they are kept.</summary>
    public string Folder => folder;

    public EventJournal Journal { get; } = new(folder);

    /// <summary>Whose turn it is to bring them into the queue, and to send.</summary>
    public WorkTurn Turn { get; } = new();

    public void Dispose()
    {
        Journal.Dispose();
        Turn.Dispose();
    }
}
