using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using Portal.Storage.Drivers;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Contract;

/// <summary>What every storage driver promises. A new driver adds one subclass.</summary>
public abstract class StorageDriverContract
{
    private static readonly StoragePath File = StoragePath.Root / "folder/file";

    protected abstract IStorageDriver Driver { get; }

    [Fact]
    public async Task Absent_IsNullOrFalse_NeverAnException()
    {
        Assert.Null(await Driver.StatAsync(File, default));
        Assert.Null(await Driver.ReadAsync(File, 100, default));
        Assert.Null(await Driver.OpenReadAsync(File, 0, default));
        Assert.False(await Driver.DeleteAsync(File, default));
        Assert.Empty(await ListAsync(StoragePath.Root / "nowhere", null, 10));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await Driver.MoveAsync(File, File.Parent / "other", default));
    }

    [Fact]
    public async Task Lock_IsHeldByOneAtATime_UntilItIsGivenBack()
    {
        var path = StoragePath.Root / "some/lock";
        var first = await Driver.TryLockAsync(path, default);

        Assert.NotNull(first);
        Assert.Null(await Driver.TryLockAsync(path, default));
        using (await Driver.TryLockAsync(StoragePath.Root / "another", default) ?? throw new InvalidOperationException("held"))
        {
            first.Dispose();
        }

        using var second = await Driver.TryLockAsync(path, default);
        Assert.NotNull(second);
        first.Dispose();
        Assert.Null(await Driver.TryLockAsync(path, default));
    }

    [Fact]
    public async Task Put_ReplacesTheWhole()
    {
        await PutAsync(File, "a long first content");
        await PutAsync(File, "second");

        Assert.Equal("second", await ReadAsync(File));
        Assert.Equal(6, (await Driver.StatAsync(File, default))!.Value.Size);
        Assert.True((await Driver.StatAsync(File.Parent, default))!.Value.IsFolder);
    }

    [Fact]
    public async Task Read_OfMoreThanAllowed_IsRefused()
    {
        await PutAsync(File, "12345");

        await Assert.ThrowsAsync<InvalidDataException>(async () => await Driver.ReadAsync(File, 4, default));
    }

    [Theory]
    [InlineData(0, "0123456789")]
    [InlineData(4, "456789")]
    [InlineData(10, "")]
    [InlineData(99, "")]
    public async Task OpenRead_BeginsAtTheOffset(long offset, string expected)
    {
        await PutAsync(File, "0123456789");

        await using var stream = await Driver.OpenReadAsync(File, offset, default);

        using var reader = new StreamReader(stream!);
        Assert.Equal(expected, await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Writer_ClosedWithoutCommit_KeepsWhatCame_AndAppendGoesOn()
    {
        await using (var writer = await Driver.OpenWriteAsync(File, append: true, default))
        {
            await writer.WriteAsync(Bytes("one "), default);
        }

        await using (var writer = await Driver.OpenWriteAsync(File, append: true, default))
        {
            Assert.Equal(4, writer.Length);
            await writer.WriteAsync(Bytes("two"), default);
            Assert.Equal(7, writer.Length);
            await writer.CommitAsync();
        }

        Assert.Equal("one two", await ReadAsync(File));
    }

    [Fact]
    public async Task Writer_ContentInSeveralParts_KeepsTheirOrder()
    {
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 16));
        for (var number = 0; number < 2000; number++)
        {
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($"part {number:0000} "));
        }

        var parts = (await pipe.Reader.ReadAsync()).Buffer;

        await using (var writer = await Driver.OpenWriteAsync(File, append: false, default))
        {
            await writer.WriteAsync(Bytes("first "), default);
            await writer.WriteAsync(parts, default);
            await writer.CommitAsync();
        }

        Assert.False(parts.IsSingleSegment);
        Assert.Equal("first " + Encoding.UTF8.GetString(parts), await ReadAsync(File));
    }

    [Fact]
    public async Task Writer_NotAppending_BeginsAnew()
    {
        await PutAsync(File, "what was there before");

        await using (var writer = await Driver.OpenWriteAsync(File, append: false, default))
        {
            await writer.WriteAsync(Bytes("new"), default);
            await writer.CommitAsync();
        }

        Assert.Equal("new", await ReadAsync(File));
    }

    [Fact]
    public async Task Move_ReplacesTheTarget_AndMakesItsFolders()
    {
        var target = StoragePath.Root / "some/other/place";
        await PutAsync(target, "old");
        await PutAsync(File, "moved");

        await Driver.MoveAsync(File, target, default);

        Assert.Equal("moved", await ReadAsync(target));
        Assert.Null(await Driver.StatAsync(File, default));
    }

    [Fact]
    public async Task Delete_TakesAFolderWithAllBelowIt_AndItCanBeMadeAgain()
    {
        await PutAsync(StoragePath.Root / "a/b/c", "1");
        await PutAsync(StoragePath.Root / "a/d", "2");
        await PutAsync(StoragePath.Root / "ab", "3");

        Assert.True(await Driver.DeleteAsync(StoragePath.Root / "a", default));

        Assert.Null(await Driver.StatAsync(StoragePath.Root / "a/b/c", default));
        Assert.Equal("3", await ReadAsync(StoragePath.Root / "ab"));
        await PutAsync(StoragePath.Root / "a/b/c", "again");
        Assert.Equal("again", await ReadAsync(StoragePath.Root / "a/b/c"));
    }

    [Fact]
    public async Task List_IsOrdinal_WithAfterAndLimit()
    {
        foreach (var name in new[] { "b", "A", "a-b", "a", "a.b", "10", "9" })
        {
            await PutAsync(StoragePath.Root / "list" / name, name);
        }

        await PutAsync(StoragePath.Root / "list/c/deep", "x");

        Assert.Equal(["10", "9", "A", "a", "a-b", "a.b", "b", "c"], (await ListAsync(StoragePath.Root / "list", null, int.MaxValue)).Select(child => child.Name));
        Assert.Equal(["a", "a-b"], (await ListAsync(StoragePath.Root / "list", "Z", 2)).Select(child => child.Name));
        Assert.True((await ListAsync(StoragePath.Root / "list", "b", 5)).Single().IsFolder);
        Assert.Empty(await ListAsync(StoragePath.Root / "list", null, 0));
    }

    [Fact]
    public async Task Stat_OfAFolder_ChangesModifiedWithItsChildren_OrHasNone()
    {
        var folder = StoragePath.Root / "parent";
        await PutAsync(folder / "first/file", "1");
        var first = await ModifiedAsync(folder);
        await PassAsync(first);
        await PutAsync(folder / "second/file", "2");
        var second = await ModifiedAsync(folder);
        await PassAsync(second);
        await Driver.DeleteAsync(folder / "first", default);
        var third = await ModifiedAsync(folder);

        Assert.True(
            (first != second && second != third) || (first == default && second == default && third == default),
            $"{first:O}, {second:O}, {third:O}");
    }

    [Fact]
    public async Task ConcurrentPutsAndDeletes_LeaveAWholeFileOrNone()
    {
        var contents = Enumerable.Range(0, 8).Select(i => new string((char)('a' + i), 10_000)).ToArray();

        await Parallel.ForEachAsync(Enumerable.Range(0, 4_000), async (i, cancellationToken) =>
        {
            if (i % 5 == 0)
            {
                await Driver.DeleteAsync(File.Parent, cancellationToken);
            }
            else
            {
                await Driver.PutAsync(File, Encoding.ASCII.GetBytes(contents[i % 8]), cancellationToken);
            }
        });

        await PutAsync(File, contents[0]);
        Assert.Contains(await ReadAsync(File), contents);
        Assert.Equal(["file"], (await ListAsync(File.Parent, null, 10)).Select(child => child.Name));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData("a/./b")]
    [InlineData("nul\0byte")]
    [InlineData("back\\slash")]
    public void Path_ThatClimbsOrIsMalformed_CannotBeMade(string path)
    {
        Assert.Throws<ArgumentException>(() => StoragePath.Root / path);
    }

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private async Task<DateTimeOffset> ModifiedAsync(StoragePath path) => (await Driver.StatAsync(path, default))!.Value.Modified;

    /// <summary>Waits until the driver's clock gives a later time, where it gives one to folders.</summary>
    private async Task PassAsync(DateTimeOffset time)
    {
        var deadline = Stopwatch.StartNew();
        while (time != default)
        {
            await PutAsync(StoragePath.Root / "clock", "tick");
            if (await ModifiedAsync(StoragePath.Root / "clock") > time)
            {
                return;
            }

            Assert.True(deadline.Elapsed < Patience.Deadline, "the driver's clock stands still");
        }
    }

    private ValueTask PutAsync(StoragePath path, string content) => Driver.PutAsync(path, Encoding.UTF8.GetBytes(content), default);

    private async Task<string> ReadAsync(StoragePath path) => Encoding.UTF8.GetString((await Driver.ReadAsync(path, 1_000_000, default))!);

    private async Task<List<StorageChild>> ListAsync(StoragePath folder, string? after, int limit)
    {
        return await Driver.ListAsync(folder, after, limit, default).ToListAsync();
    }
}
