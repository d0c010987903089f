using Portal.Registry.Redis;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using StackExchange.Redis;

namespace Portal.Tests.EndToEnd;

/// <summary>What is deleted while Redis cannot be told of it, and what Redis refuses.</summary>
public sealed class RedisOutageTests : IAsyncDisposable
{
    private static readonly Digest Blob = Digest.Of("remembered"u8);
    private static readonly RedisPace Pace = new(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50));

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly LogSink<RedisBlobSizes> _log = new();
    private RedisServer? _redis;

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    /// <summary>Another process, or a version of upstream, wrote the entries; more of them than are told at once.</summary>
    [Fact]
    public async Task Return_WithManyDeletes_TellsAllOfThemFirst()
    {
        // They are there from its first moment on: it may be asked as soon as it is back.
        using var folder = new TempFolder();
        _redis = await RedisServer.StartAsync("--dir", folder.Path);
        await _redis.AskAsync("EVAL", "for i = 0, 249 do redis.call('SADD', 'repository::r' .. i .. '::blobs', ARGV[1]) end", "0", $"{Blob}");
        await _redis.AskAsync("SADD", "repository::untouched::blobs", $"{Blob}");
        await _redis.AskAsync("SAVE");
        await _redis.KillAsync();
        await using var sizes = Connect();
        foreach (var name in Names(250))
        {
            await sizes.RemoveAsync(name, Blob);
        }

        await _redis.StartAsync();
        await AnswersAsync();

        Assert.Equal(["1"], await _redis.AskAsync("DBSIZE"));
    }

    [Fact]
    public async Task Return_WithMoreDeletesThanAreKept_DoesNotHappen_AndIsSaid()
    {
        await using var sizes = await StartAwayAsync();
        foreach (var name in Names(10_001))
        {
            await sizes.RemoveAsync(name, Blob);
        }

        await _redis!.StartAsync();

        await Patience.UntilAsync(
            () => _log.Lines.FirstOrDefault(line => line.StartsWith("Error: blobs were deleted from more than 10000 repositories", StringComparison.Ordinal)),
            "the error");
        Assert.Null(await sizes.GetAsync(RepositoryName.Parse("r1"), Blob, _cancellation));
        Assert.DoesNotContain(_log.Lines, line => line.Contains("answers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task End_WithDeletesThatRedisDoesNotKnowOf_IsSaid()
    {
        await using (var sizes = await StartAwayAsync())
        {
            await sizes.RemoveAsync(RepositoryName.Parse("r1"), Blob);
        }

        Assert.Contains(_log.Lines, line => line.StartsWith("Warning: Redis was away to the end and does not know of blobs that were deleted from 1 repositories", StringComparison.Ordinal));
    }

    /// <summary>It answers, so that it is still asked; the log is not filled with what is true of every question.</summary>
    [Fact]
    public async Task Refusal_IsSaidOnce_AndCostsTheEntryAlone()
    {
        _redis = await RedisServer.StartAsync();
        await using var sizes = Connect();
        await AnswersAsync();
        await _redis.AskAsync("SET", "repository::bad::blobs", "no set");
        var good = RepositoryName.Parse("good");
        await sizes.SetAsync(good, Blob, 10);

        for (var time = 0; time < 3; time++)
        {
            Assert.Null(await sizes.GetAsync(RepositoryName.Parse("bad"), Blob, _cancellation));
            Assert.Equal(10, await sizes.GetAsync(good, Blob, _cancellation));
        }

        Assert.Single(_log.Lines, line => line.Contains("WRONGTYPE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("large")]
    [InlineData("99999999999999999999")]
    public async Task Size_ThatIsNone_IsNotKnown(string size)
    {
        _redis = await RedisServer.StartAsync();
        await using var sizes = Connect();
        await AnswersAsync();
        await _redis.AskAsync("SADD", "repository::r1::blobs", $"{Blob}");
        await _redis.AskAsync("HSET", $"blobs::{Blob}", "digest", $"{Blob}", "size", size);

        Assert.Null(await sizes.GetAsync(RepositoryName.Parse("r1"), Blob, _cancellation));
    }

    private static IEnumerable<RepositoryName> Names(int count) => Enumerable.Range(0, count).Select(number => RepositoryName.Parse($"r{number}"));

    private async Task<RedisBlobSizes> StartAwayAsync()
    {
        _redis = await RedisServer.StartAsync();
        await _redis.KillAsync();
        return Connect();
    }

    private RedisBlobSizes Connect()
    {
        var options = new ConfigurationOptions { AbortOnConnectFail = false, BacklogPolicy = BacklogPolicy.FailFast };
        options.EndPoints.Add("127.0.0.1", _redis!.Address.Port);
        return new RedisBlobSizes(options, Pace, readsReplicas: false, TimeProvider.System, _log);
    }

    private Task<string> AnswersAsync() => Patience.UntilAsync(
        () => _log.Lines.FirstOrDefault(line => line.Contains("answers", StringComparison.Ordinal)), "the connection");
}
