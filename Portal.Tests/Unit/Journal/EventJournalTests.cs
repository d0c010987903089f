using System.Text;
using Portal.Storage.Journal;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Journal;

public sealed class EventJournalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Records_AreReadInTheirOrder_FromAnyPositionThatWasTold()
    {
        using var journal = Open();
        var behindFirst = journal.Append("first"u8);
        journal.Append("second"u8);
        journal.Append("third"u8);

        Assert.Equal(["first", "second", "third"], Read(journal, 0));
        Assert.Equal(["second", "third"], Read(journal, behindFirst));
        Assert.Empty(Read(journal, journal.End));
    }

    [Fact]
    public void Looking_MakesNothing()
    {
        using var journal = Open();

        Assert.False(journal.Exists);
        journal.RemoveBefore(5);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Reopened_GoesOnWhereItEnded()
    {
        long end;
        using (var journal = Open())
        {
            end = journal.Append("before"u8);
            await journal.FlushAsync(end);
        }

        using var again = Open();

        Assert.Equal(end, again.End);
        again.Append("after"u8);
        Assert.Equal(["before", "after"], Read(again, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(12)]
    public void RecordThatWasCutOff_IsDropped_AndWrittenOver(int cut)
    {
        using (var journal = Open())
        {
            journal.Append("whole"u8);
            journal.Append("broken"u8);
        }

        using (var file = new FileStream(Assert.Single(Directory.GetFiles(Folder)), FileMode.Open))
        {
            file.SetLength(file.Length - cut);
        }

        using var again = Open();
        again.Append("new"u8);

        Assert.Equal(["whole", "new"], Read(again, 0));
    }

    [Fact]
    public void RecordWithAFlippedBit_EndsItsFile_AndTheNextFileIsReadOn()
    {
        using (var journal = Open(segmentSize: 20))
        {
            journal.Append("aaaaaaaaaaaaaaaa"u8);
            journal.Append("bbbbbbbbbbbbbbbb"u8);
            journal.Append("cccccccccccccccc"u8);
        }

        var first = Directory.GetFiles(Folder).Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(first);
        bytes[^1] ^= 1;
        File.WriteAllBytes(first, bytes);

        using var again = Open();
        Assert.Equal(["bbbbbbbbbbbbbbbb", "cccccccccccccccc"], Read(again, 0));
    }

    [Fact]
    public void FullFiles_AreFollowedByOthers_AndRemovedWhenNobodyNeedsThem()
    {
        using var journal = Open(segmentSize: 100);
        var positions = Enumerable.Range(0, 50).Select(i => journal.Append(Encoding.UTF8.GetBytes($"record {i}"))).ToList();
        Assert.True(Directory.GetFiles(Folder).Length > 5);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"record {i}"), Read(journal, 0));

        Assert.True(journal.HasOlderThan(positions[^1]));
        journal.RemoveBefore(positions[^1]);

        Assert.False(journal.HasOlderThan(positions[^1]));
        Assert.Single(Directory.GetFiles(Folder));
        Assert.Empty(Read(journal, positions[^1]));
        Assert.True(journal.Append("after"u8) > positions[^1]);
        Assert.Equal(["after"], Read(journal, positions[^1]));
    }

    [Fact]
    public void RecordLargerThanWhatIsAsked_IsReadWhole()
    {
        using var journal = Open();
        var large = new string('x', 10_000);
        journal.Append(Encoding.UTF8.GetBytes(large));
        journal.Append("small"u8);

        Assert.Equal([large, "small"], Read(journal, 0, mostBytes: 100));
    }

    [Fact]
    public void PositionOfAnotherJournal_IsTheStart()
    {
        using var journal = Open();
        journal.Append("one"u8);

        Assert.Equal(["one"], Read(journal, 1_000_000));
    }

    [Fact]
    public async Task Waiting_EndsWithTheNextRecord()
    {
        using var journal = Open();
        var end = journal.Append("one"u8);
        await journal.WaitAsync(0, CancellationToken.None);
        var waiting = journal.WaitAsync(end, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        journal.Append("two"u8);

        await waiting.WaitAsync(Patience.Deadline);
    }

    [Fact]
    public async Task ManyWriters_LoseNothing_AndShareFlushes()
    {
        using var journal = Open(segmentSize: 4000);

        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), async (i, _) => await journal.FlushAsync(journal.Append(Encoding.UTF8.GetBytes($"{i}"))));

        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"{i}").Order(), Read(journal, 0).Order());
    }

    private string Folder => _folder.Combine("events");

    private EventJournal Open(int segmentSize = 1024 * 1024) => new(Folder) { SegmentSize = segmentSize };

    private static List<string> Read(EventJournal journal, long position, int mostBytes = 1000)
    {
        var all = new List<string>();
        while (journal.Read(position, mostBytes) is { Records.Count: > 0 } read)
        {
            all.AddRange(read.Records.Select(record => Encoding.UTF8.GetString(record.Span)));
            position = read.Next;
        }

        return all;
    }
}
