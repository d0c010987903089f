using System.Net;
using Microsoft.Extensions.Logging;
using Portal.Storage.Oci;
using StackExchange.Redis;

namespace Portal.Registry.Redis;

/// <summary>
/// The way to Redis, which no request depends on. The first question without an answer closes it for all others, and it is
/// opened again from the background once Redis answers and knows of everything that was deleted meanwhile.
/// </summary>
internal sealed partial class RedisLink : IAsyncDisposable
{
    // Names of repositories; some 100 bytes each.
    private const int MostOwed = 10_000;
    private const int FlushedAtOnce = 100;

    // In the background, where nobody waits, a short patience would only make it miss an answer.
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    // The library tries again each second, and only then knows the reason of a failure at the start.
    private static readonly TimeSpan SecondTry = TimeSpan.FromSeconds(1.5);

    private readonly ConfigurationOptions _options;
    private readonly RedisPace _pace;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _lost = new(0);
    private readonly Task _keeping;

    private readonly Lock _turn = new();

    /// <summary>Repositories that a blob was deleted from while Redis could not be told. It is not read before it was.</summary>
    private readonly HashSet<RepositoryName> _owed = [];
    private bool _hasLostCount;

    /// <summary>Null while Redis is away.</summary>
    private volatile IDatabase? _database;

    private string? _refusal;
    private long _failures;
    private bool _toldOfSignIn;

    public RedisLink(ConfigurationOptions options, RedisPace pace, TimeProvider time, ILogger logger)
    {
        (_options, _pace, _time, _logger) = (options, pace, time, logger);
        _keeping = Task.Run(() => KeepAsync(_end.Token));
    }

    /// <summary>How often a question got no answer, so far.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>The set of the digests that a repository has.</summary>
    public static RedisKey BlobsOf(RepositoryName name) => $"repository::{name}::blobs";

    /// <returns>The answer; the default, at once, while Redis is away, and when it fails now.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<T?> AskAsync<T>(Func<IDatabase, Task<T?>> ask, CancellationToken cancellationToken)
    {
        if (_database is not { } database)
        {
            Interlocked.Increment(ref _failures);
            return default;
        }

        try
        {
            return await ask(database).WaitAsync(_pace.Patience, _time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is RedisServerException or RedisCommandException)
        {
            Interlocked.Increment(ref _failures);

            // It answers, so nobody waits for it. What it says is most often about its set-up, and true of each question.
            var kind = exception.Message.Split(' ', 2)[0];
            if (Interlocked.Exchange(ref _refusal, kind) != kind)
            {
                Log.Refused(_logger, Shorten(exception.Message));
            }

            return default;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Interlocked.Increment(ref _failures);
            Lose(database, exception);
            return default;
        }
    }

    /// <summary>Removes something of a repository; when Redis cannot be told, it is not asked either until it was.</summary>
    public async ValueTask RemoveAsync(RepositoryName name, Func<IDatabase, Task> remove)
    {
        IDatabase? database;
        lock (_turn)
        {
            database = _database;
            if (database is null)
            {
                Owe(name);
                return;
            }
        }

        try
        {
            await remove(database).WaitAsync(_pace.Patience, _time);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Lose(database, exception, name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_turn)
        {
            if (_owed.Count > 0)
            {
                Log.Owing(_logger, _owed.Count);
            }
        }

        _end.Dispose();
        _lost.Dispose();
    }

    private async Task KeepAsync(CancellationToken end)
    {
        ConnectionMultiplexer? connection = null;
        var failures = 0;
        try
        {
            for (var wait = _pace.ShortestWait; ; wait = _pace.After(wait))
            {
                try
                {
                    connection ??= await ConnectAsync(end);
                    if (!await TryReturnAsync(connection.GetDatabase(), end))
                    {
                        Log.LostCount(_logger, MostOwed);
                        return;
                    }

                    _toldOfSignIn = false;
                    Log.Answers(_logger, Servers);
                    await _lost.WaitAsync(end);

                    // Whoever noticed has said so.
                    failures = 2;
                    wait = _pace.ShortestWait;
                }
                catch (Exception exception) when (!end.IsCancellationRequested && exception is not OutOfMemoryException)
                {
                    switch (++failures)
                    {
                        case 1:
                            await Task.Delay(SecondTry, _time, end);
                            break;
                        case 2:
                            Log.Away(_logger, Servers, Shorten(exception.Message));
                            _toldOfSignIn = IsAboutSignIn(exception);
                            break;
                        case > 2 when !_toldOfSignIn && IsAboutSignIn(exception):
                            // A slow server lets the first questions end without a word of the reason.
                            Log.RefusedSignIn(_logger, Servers, Shorten(exception.Message));
                            _toldOfSignIn = true;
                            break;
                    }
                }

                await Task.Delay(wait, _time, end);
            }
        }
        finally
        {
            _database = null;
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken end)
    {
        var connecting = ConnectionMultiplexer.ConnectAsync(_options);
        try
        {
            return await connecting.WaitAsync(end);
        }
        catch (OperationCanceledException)
        {
            _ = DropAsync(connecting);
            throw;
        }
    }

    private static async Task DropAsync(Task<ConnectionMultiplexer> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
        {
            await (await connecting).DisposeAsync();
        }
    }

    /// <summary>Asks something, brings in what is owed, and opens the way.</summary>
    /// <returns>False when it is not known any more what is owed.</returns>
    private async Task<bool> TryReturnAsync(IDatabase database, CancellationToken end)
    {
        // A question of the same kind as those of requests: a name, a password or a database may be wrong as well.
        var patience = _pace.Patience > LeastPatience ? _pace.Patience : LeastPatience;
        await database.SetContainsAsync(BlobsOf(default), string.Empty).WaitAsync(patience, _time, end);
        _refusal = null;
        while (true)
        {
            RepositoryName[] names;
            lock (_turn)
            {
                if (_hasLostCount)
                {
                    return false;
                }

                if (_owed.Count == 0)
                {
                    _database = database;
                    return true;
                }

                // Out before it is done: what is deleted while it is under way is owed anew.
                names = [.. _owed.Take(FlushedAtOnce)];
                _owed.ExceptWith(names);
            }

            try
            {
                await Task.WhenAll(names.Select(name => database.KeyDeleteAsync(BlobsOf(name)))).WaitAsync(patience, _time, end);
            }
            catch (Exception)
            {
                lock (_turn)
                {
                    _owed.UnionWith(names);
                }

                throw;
            }
        }
    }

    private void Lose(IDatabase database, Exception exception, RepositoryName? owed = null)
    {
        lock (_turn)
        {
            if (owed is { } name)
            {
                Owe(name);
            }

            if (_database != database)
            {
                return;
            }

            _database = null;
        }

        Log.Away(_logger, Servers, Shorten(exception.Message));
        _lost.Release();
    }

    private void Owe(RepositoryName name)
    {
        _hasLostCount |= _owed.Count >= MostOwed && !_owed.Contains(name);
        if (!_hasLostCount)
        {
            _owed.Add(name);
        }
    }

    private string Servers => string.Join(
        ", ", _options.EndPoints.Select(place => place is DnsEndPoint name ? $"{name.Host}:{name.Port}" : $"{place}"));

    private static bool IsAboutSignIn(Exception exception) =>
        exception.Message.Contains("NOAUTH", StringComparison.Ordinal) || exception.Message.Contains("WRONGPASS", StringComparison.Ordinal);

    /// <summary>The library's messages may go on about its own state at length.</summary>
    private static string Shorten(string message) => message.Length <= 200 ? message : $"{message[..200]}…";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Redis at {Servers} answers: sizes of blobs are remembered there")]
        public static partial void Answers(ILogger logger, string servers);

        [LoggerMessage(LogLevel.Warning, "Redis at {Servers} is away, and the storage is asked in its place until it is back: {Reason}")]
        public static partial void Away(ILogger logger, string servers, string reason);

        [LoggerMessage(LogLevel.Warning, "Redis at {Servers} refuses the sign-in: {Reason}")]
        public static partial void RefusedSignIn(ILogger logger, string servers, string reason);

        [LoggerMessage(LogLevel.Warning, "Redis refuses to remember the size of a blob, and the storage is asked in its place: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "Redis was away to the end and does not know of blobs that were deleted from {Count} repositories; remove its keys repository::* before the next start")]
        public static partial void Owing(ILogger logger, int count);

        [LoggerMessage(LogLevel.Error, "blobs were deleted from more than {Most} repositories while Redis was away: it is not asked any more; remove its keys repository::* and start again")]
        public static partial void LostCount(ILogger logger, int most);
    }
}
