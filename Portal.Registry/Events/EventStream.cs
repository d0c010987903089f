using System.Threading.Channels;

namespace Portal.Registry.Events;

/// <summary>The one stream of what happened. Notifications, index, audit, counters and live pages subscribe.</summary>
public sealed class EventStream
{
    private readonly Lock _turn = new();

    // Replaced as a whole by each change, so that a publisher walks it without a lock.
    private volatile EventSubscription[] _subscriptions = [];

    private volatile EventStream? _successor;
    private long _lost;

    /// <summary>How many events found no room at a subscriber, so far; one that several subscribers missed counts for each.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <param name="filter">Only events for which this is true come; it runs on the publisher's thread.</param>
    /// <param name="capacity">How many events may wait; one that finds no room is dropped and counted as lost.</param>
    /// <param name="actions">The only actions of which the filter is asked; none for all.</param>
    public EventSubscription Subscribe(Func<RegistryEvent, bool> filter, int capacity, params EventAction[] actions)
    {
        var subscription = new EventSubscription(filter, capacity, actions, this);
        lock (_turn)
        {
            _subscriptions = [.. _subscriptions, subscription];
        }

        return subscription;
    }

    /// <summary>Whether anybody hears of such an event; else it need not be made.</summary>
    public bool IsHeard(EventAction action)
    {
        if (_successor is { } successor)
        {
            return successor.IsHeard(action);
        }

        foreach (var subscription in _subscriptions)
        {
            if (subscription.Hears(action))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Never waits: a slow subscriber cannot slow a push.</summary>
    public void Publish(RegistryEvent registryEvent)
    {
        if (_successor is { } successor)
        {
            successor.Publish(registryEvent);
            return;
        }

        foreach (var subscription in _subscriptions)
        {
            subscription.Offer(registryEvent);
        }
    }

    /// <summary>
    /// Sends whatever is published from here on into another stream, whose subscribers take the place of these: they have
    /// subscribed already, so that each event reaches the ones or the others. One that is being published now still comes here.
    /// </summary>
    public void HandOver(EventStream successor)
    {
        _successor = successor;
        foreach (var subscription in _subscriptions)
        {
            subscription.End();
        }
    }

    internal void CountLost() => Interlocked.Increment(ref _lost);

    internal void Remove(EventSubscription gone)
    {
        lock (_turn)
        {
            _subscriptions = [.. _subscriptions.Where(subscription => subscription != gone)];
        }
    }
}

/// <summary>One subscriber's place in the stream.</summary>
public sealed class EventSubscription : IDisposable
{
    private readonly Channel<RegistryEvent> _channel;
    private readonly Func<RegistryEvent, bool> _filter;
    private readonly EventAction[] _actions;
    private readonly EventStream _stream;
    private long _offered;
    private int _lost;
    private bool _isOver;

    internal EventSubscription(
        Func<RegistryEvent, bool> filter, int capacity, EventAction[] actions, EventStream stream)
    {
        _filter = filter;
        _actions = actions;
        _stream = stream;
        _channel = Channel.CreateBounded<RegistryEvent>(capacity);
    }

    public ChannelReader<RegistryEvent> Events => _channel.Reader;

    /// <summary>How many events were offered to this subscriber so far: a position to wait for.</summary>
    public long Offered => Interlocked.Read(ref _offered);

    /// <summary>Whether events go to the subscribers of another stream from now on. What came before can still be read.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>How many events were dropped since the last call; if any, the subscriber must look at the store itself.</summary>
    public int TakeLost()
    {
        return Interlocked.Exchange(ref _lost, 0);
    }

    public void Dispose()
    {
        _stream.Remove(this);
        _channel.Writer.TryComplete();
    }

    internal void End()
    {
        Volatile.Write(ref _isOver, true);
        _channel.Writer.TryComplete();
    }

    internal bool Hears(EventAction action) => _actions.Length == 0 || _actions.Contains(action);

    internal void Offer(RegistryEvent registryEvent)
    {
        if (!Hears(registryEvent.Action) || !_filter(registryEvent))
        {
            return;
        }

        // Counted before it is written: whoever waits for the position then waits for this event too.
        Interlocked.Increment(ref _offered);
        if (!_channel.Writer.TryWrite(registryEvent))
        {
            Interlocked.Increment(ref _lost);
            _stream.CountLost();
        }
    }
}
