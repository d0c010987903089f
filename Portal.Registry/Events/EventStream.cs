using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Portal.Registry.Events;

/// <summary>The one stream of what happened. Notifications, index, audit, counters and live pages subscribe.</summary>
public sealed class EventStream
{
    private readonly ConcurrentDictionary<EventSubscription, byte> _subscriptions = new();

    /// <param name="filter">Only events for which this is true come; it runs on the publisher's thread.</param>
    /// <param name="capacity">How many events may wait; one that finds no room is dropped and counted as lost.</param>
    public EventSubscription Subscribe(Func<RegistryEvent, bool> filter, int capacity)
    {
        var subscription = new EventSubscription(filter, capacity, gone => _subscriptions.TryRemove(gone, out _));
        _subscriptions[subscription] = 0;
        return subscription;
    }

    /// <summary>Never waits: a slow subscriber cannot slow a push.</summary>
    public void Publish(RegistryEvent registryEvent)
    {
        foreach (var (subscription, _) in _subscriptions)
        {
            subscription.Offer(registryEvent);
        }
    }
}

/// <summary>One subscriber's place in the stream.</summary>
public sealed class EventSubscription : IDisposable
{
    private readonly Channel<RegistryEvent> _channel;
    private readonly Func<RegistryEvent, bool> _filter;
    private readonly Action<EventSubscription> _onDispose;
    private long _offered;
    private int _lost;

    internal EventSubscription(Func<RegistryEvent, bool> filter, int capacity, Action<EventSubscription> onDispose)
    {
        _filter = filter;
        _onDispose = onDispose;
        _channel = Channel.CreateBounded<RegistryEvent>(capacity);
    }

    public ChannelReader<RegistryEvent> Events => _channel.Reader;

    /// <summary>How many events were offered to this subscriber so far: a position to wait for.</summary>
    public long Offered => Interlocked.Read(ref _offered);

    /// <summary>How many events were dropped since the last call; if any, the subscriber must look at the store itself.</summary>
    public int TakeLost()
    {
        return Interlocked.Exchange(ref _lost, 0);
    }

    public void Dispose()
    {
        _onDispose(this);
        _channel.Writer.TryComplete();
    }

    internal void Offer(RegistryEvent registryEvent)
    {
        if (!_filter(registryEvent))
        {
            return;
        }

        // Counted before it is written: whoever waits for the position then waits for this event too.
        Interlocked.Increment(ref _offered);
        if (!_channel.Writer.TryWrite(registryEvent))
        {
            Interlocked.Increment(ref _lost);
        }
    }
}
