using Portal.Storage.Drivers.FileSystem;

namespace Portal.Storage.Journal;

/// <summary>
/// A log of records on disk, written at its end and read from anywhere. A record is safe from the end of this process as
/// soon as it is appended, and from a power cut once it is flushed; many who wait for a flush share one.
/// </summary>
/// <remarks>
/// A position is a number of bytes since the journal began, and never comes again. Files in the folder are named by the
/// position at which they begin; a full one is followed by the next, and those that nobody needs are removed whole.
/// </remarks>
public sealed class EventJournal(string folder) : IDisposable
{
    private readonly Lock _turn = new();
    private readonly List<JournalSegment> _segments = [];
    private TaskCompletionSource? _arrival;
    private Task _flush = Task.CompletedTask;
    private long _flushed;
    private bool _isOpen;

    /// <summary>Bytes of a file after which the next one is begun.</summary>
    public int SegmentSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Whether there is anything on disk. Looking makes nothing.</summary>
    public bool Exists => _isOpen || Directory.Exists(folder);

    /// <summary>The position of the oldest record that is kept.</summary>
    public long Start
    {
        get
        {
            lock (_turn)
            {
                Open();
                return _segments[0].Start;
            }
        }
    }

    /// <summary>The position behind the last record.</summary>
    public long End
    {
        get
        {
            lock (_turn)
            {
                Open();
                return _segments[^1].End;
            }
        }
    }

    /// <summary>Bytes that are kept.</summary>
    public long Size
    {
        get
        {
            lock (_turn)
            {
                Open();
                return _segments[^1].End - _segments[0].Start;
            }
        }
    }

    /// <summary>Adds a record.</summary>
    /// <returns>The position behind it, for <see cref="FlushAsync"/>.</returns>
    /// <exception cref="IOException">It could not be written; nothing of it is there.</exception>
    public long Append(ReadOnlySpan<byte> record)
    {
        TaskCompletionSource? arrival;
        long end;
        lock (_turn)
        {
            Open();
            var last = _segments[^1];
            if (last.End - last.Start >= SegmentSize)
            {
                last = BeginNext(last);
            }

            end = last.Append(record);
            (arrival, _arrival) = (_arrival, null);
        }

        arrival?.SetResult();
        return end;
    }

    /// <summary>Waits until what lies before a position would survive a power cut.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public async ValueTask FlushAsync(long position)
    {
        // A flush that is under way may have begun too early for this record: then the next one is for it and all others.
        while (Volatile.Read(ref _flushed) < position)
        {
            Task flush;
            lock (_turn)
            {
                flush = _flush.IsCompleted ? _flush = Task.Run(Flush) : _flush;
            }

            await flush;
        }
    }

    /// <summary>Waits until there is a record behind a position.</summary>
    public async Task WaitAsync(long position, CancellationToken cancellationToken)
    {
        Task arrival;
        lock (_turn)
        {
            Open();
            if (_segments[^1].End > position)
            {
                return;
            }

            _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrival = _arrival.Task;
        }

        await arrival.WaitAsync(cancellationToken);
    }

    /// <summary>Reads on from a position: what fits, and one record at least when there is one.</summary>
    /// <param name="position">One that was told before; the start, when it is none of this journal.</param>
    /// <param name="mostBytes">About how much.</param>
    public JournalRecords Read(long position, int mostBytes)
    {
        JournalSegment segment;
        lock (_turn)
        {
            Open();
            if (position < _segments[0].Start || position > _segments[^1].End)
            {
                position = _segments[0].Start;
            }

            // Between two files there is nothing, where the end of the first was damaged.
            segment = _segments.Find(segment => segment.End > position) ?? _segments[^1];
            position = Math.Max(position, segment.Start);
        }

        return segment.Read(position, mostBytes);
    }

    /// <summary>Removes files that hold nothing from a position on. The last one stays.</summary>
    public void RemoveBefore(long position)
    {
        lock (_turn)
        {
            while (_isOpen && _segments.Count > 1 && _segments[0].End <= position)
            {
                _segments[0].Delete();
                _segments.RemoveAt(0);
            }
        }
    }

    /// <summary>Whether <see cref="RemoveBefore"/> would remove anything.</summary>
    public bool HasOlderThan(long position)
    {
        lock (_turn)
        {
            return _isOpen && _segments.Count > 1 && _segments[0].End <= position;
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _segments.ForEach(segment => segment.Dispose());
        }
    }

    private void Open()
    {
        if (_isOpen)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        foreach (var path in JournalSegment.ListFiles(folder))
        {
            _segments.Add(JournalSegment.Open(path));
        }

        if (_segments.Count == 0)
        {
            _segments.Add(JournalSegment.Create(folder, 0));
            DirectorySync.Flush(folder);
        }

        _flushed = _segments[^1].Start;
        _isOpen = true;
    }

    private JournalSegment BeginNext(JournalSegment full)
    {
        // Flushed here, so that a flush has one file to care for.
        full.Flush();
        var next = JournalSegment.Create(folder, full.End);
        DirectorySync.Flush(folder);
        _segments.Add(next);
        Volatile.Write(ref _flushed, full.End);
        return next;
    }

    private void Flush()
    {
        JournalSegment last;
        long end;
        lock (_turn)
        {
            last = _segments[^1];
            end = last.End;
        }

        try
        {
            last.Flush();
        }
        catch (ObjectDisposedException)
        {
            // It was followed by another one meanwhile, before which it was flushed, and was no longer needed.
        }

        lock (_turn)
        {
            _flushed = Math.Max(_flushed, end);
        }
    }
}

/// <summary>Records in their order.</summary>
/// <param name="Records">Each as it was appended; empty at the end of the journal.</param>
/// <param name="Next">The position behind the last of them.</param>
public sealed record JournalRecords(IReadOnlyList<ReadOnlyMemory<byte>> Records, long Next);
