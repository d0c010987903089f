using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;
using Portal.Registry.Configuration;
using Portal.Registry.Events;

namespace Portal.Registry.Notifications;

/// <summary>
/// Stores events that endpoints want to hear of before their requests are answered. What changed content is on disk then;
/// a pull is only out of this process, which a kill cannot undo and a power cut can: so pulls cost next to nothing.
/// </summary>
public sealed partial class EventRecorder(
    PendingEvents pending, NotificationTargets targets, LiveConfiguration live, EventSource source, ILogger<EventRecorder> logger)
{
    private readonly ObjectPool<EventBuffer> _buffers = ObjectPool.Create(new EventBufferPolicy());
    private volatile bool _isFull;

    /// <summary>Bytes that may wait for their queue before pulls are left out: more of them come for long than a disk takes in.</summary>
    public long MostWaiting { get; init; } = 256L * 1024 * 1024;

    /// <summary>Whether an event of this kind has to be recorded.</summary>
    public bool Hears(EventAction action) => targets.Hear(action);

    /// <summary>Stores an event, if an endpoint wants it.</summary>
    /// <exception cref="IOException">It is no pull, and the disk does not take it.</exception>
    public ValueTask RecordAsync(RegistryEvent registryEvent)
    {
        if (!Hears(registryEvent.Action) || !IsWanted(registryEvent))
        {
            return ValueTask.CompletedTask;
        }

        var isPull = registryEvent.Action is EventAction.Pull;
        if (isPull && IsFull())
        {
            return ValueTask.CompletedTask;
        }

        try
        {
            var end = Append(registryEvent);
            return isPull ? ValueTask.CompletedTask : pending.Journal.FlushAsync(end);
        }
        catch (IOException exception) when (isPull)
        {
            // What it is about is there all the same, and worth more than the news of it.
            Log.NotRecorded(logger, exception);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>An event as it is stored.</summary>
    public byte[] Write(RegistryEvent registryEvent, Guid id)
    {
        var buffer = _buffers.Get();
        try
        {
            return WriteTo(buffer, registryEvent, id).ToArray();
        }
        finally
        {
            _buffers.Return(buffer);
        }
    }

    private bool IsWanted(RegistryEvent registryEvent)
    {
        foreach (var target in targets.Current)
        {
            if (target.Filter.Wants(registryEvent))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsFull()
    {
        var isFull = pending.Journal.Size > MostWaiting;
        if (isFull && !_isFull)
        {
            Log.Full(logger, MostWaiting);
        }

        return _isFull = isFull;
    }

    private long Append(RegistryEvent registryEvent)
    {
        var buffer = _buffers.Get();
        try
        {
            return pending.Journal.Append(WriteTo(buffer, registryEvent, Guid.NewGuid()));
        }
        finally
        {
            _buffers.Return(buffer);
        }
    }

    private ReadOnlySpan<byte> WriteTo(EventBuffer buffer, RegistryEvent registryEvent, Guid id)
    {
        EventJson.Write(buffer.Json, registryEvent, id, source, live.Current.Notifications.IncludeReferences);
        buffer.Json.Flush();
        return buffer.Bytes.WrittenSpan;
    }

    private sealed class EventBuffer : IDisposable
    {
        public EventBuffer()
        {
            Json = new Utf8JsonWriter(Bytes, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        }

        public ArrayBufferWriter<byte> Bytes { get; } = new(1024);

        public Utf8JsonWriter Json { get; }

        public void Dispose() => Json.Dispose();
    }

    private sealed class EventBufferPolicy : PooledObjectPolicy<EventBuffer>
    {
        private const int LargestKept = 64 * 1024;

        public override EventBuffer Create() => new();

        public override bool Return(EventBuffer buffer)
        {
            buffer.Bytes.ResetWrittenCount();
            buffer.Json.Reset();
            return buffer.Bytes.Capacity <= LargestKept;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "events of more than {Size} bytes wait to be queued, so that pulls are left out until there are fewer")]
        public static partial void Full(ILogger logger, long size);

        [LoggerMessage(LogLevel.Error, "a pull was not recorded, and no endpoint is told of it")]
        public static partial void NotRecorded(ILogger logger, Exception exception);
    }
}
