using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Portal.Registry.Auth;

/// <summary>
/// An <c>htpasswd</c> file, read again as soon as it has changed. When it cannot be read, the users of before stay.
/// </summary>
public sealed partial class HtpasswdFile
{
    /// <summary>The user of a file that is made at start because there is none, as upstream does.</summary>
    private const string FirstUser = "docker";

    internal const int MaxSize = 16 * 1024 * 1024;

    // A second change within the file system's tick leaves time and size as they were. Until the file is this old, its
    // content is compared as well.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger<HtpasswdFile> _logger;
    private readonly Lock _turn = new();
    private volatile Reading _last = new(HtpasswdUsers.None, [], default, -1, IsSettled: true);

    /// <param name="path">Made with a first user, whose password the log tells once, when it does not exist.</param>
    public HtpasswdFile(string path, TimeProvider time, ILogger<HtpasswdFile> logger)
    {
        _path = path;
        _time = time;
        _logger = logger;
        if (!File.Exists(path))
        {
            Create();
        }
    }

    /// <summary>Where it is.</summary>
    public string Path => _path;

    /// <summary>The users as of now. The same object for as long as the file does not change.</summary>
    public HtpasswdUsers Users
    {
        get
        {
            var file = new FileInfo(_path);
            var last = _last;
            return last.IsSettled && file.Exists && file.LastWriteTimeUtc == last.Changed && file.Length == last.Size
                ? last.Users
                : ReadAgain();
        }
    }

    /// <summary>Changes the file while nobody reads it, and reads it then.</summary>
    internal void Change(Action<string> change)
    {
        lock (_turn)
        {
            change(_path);
            ReadAgain();
        }
    }

    private HtpasswdUsers ReadAgain()
    {
        lock (_turn)
        {
            try
            {
                _last = Read(_last);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (_last.Size != Reading.Unreadable)
                {
                    Log.Unreadable(_logger, exception, _path, exception.Message);
                }

                _last = _last with { Size = Reading.Unreadable };
            }

            return _last.Users;
        }
    }

    private Reading Read(Reading last)
    {
        using var handle = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var changed = File.GetLastWriteTimeUtc(handle);
        var size = RandomAccess.GetLength(handle);
        if (size > MaxSize)
        {
            throw new IOException($"it has {size} bytes, more than the {MaxSize} that are read");
        }

        var content = new byte[size];
        content = content[..RandomAccess.Read(handle, content, 0)];
        if (content is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new IOException("it is UTF-16, as PowerShell's \">\" writes it; save it as UTF-8");
        }

        var hash = SHA256.HashData(content);
        var isSettled = _time.GetUtcNow() - changed > Settled;
        if (hash.AsSpan().SequenceEqual(last.ContentHash))
        {
            return last with { Changed = changed, Size = size, IsSettled = isSettled };
        }

        var users = HtpasswdUsers.Parse(content);
        Log.Loaded(_logger, users.Hashes.Count, _path);
        foreach (var line in users.Rejected)
        {
            Log.Rejected(_logger, _path, line.Number, line.Problem.ToString());
        }

        if (users.RejectedCount > users.Rejected.Count)
        {
            Log.MoreRejected(_logger, _path, users.RejectedCount - users.Rejected.Count);
        }

        return new Reading(users, hash, changed, size, isSettled);
    }

    private void Create()
    {
        var password = UserNames.GeneratePassword();
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(_path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new StreamWriter(_path, options))
        {
            file.Write($"{FirstUser}:{UserNames.Hash(password)}\n");
        }

        Log.Created(_logger, _path, FirstUser, password);
    }

    private sealed record Reading(HtpasswdUsers Users, byte[] ContentHash, DateTime Changed, long Size, bool IsSettled)
    {
        public const long Unreadable = -2;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Count} users are read from {Path}")]
        public static partial void Loaded(ILogger logger, int count, string path);

        [LoggerMessage(LogLevel.Warning, "{Path}:{Line}: this line lets nobody in: it {Problem}")]
        public static partial void Rejected(ILogger logger, string path, int line, string problem);

        [LoggerMessage(LogLevel.Warning, "{Path}: {Count} more lines let nobody in")]
        public static partial void MoreRejected(ILogger logger, string path, int count);

        [LoggerMessage(LogLevel.Error, "{Path} cannot be read; the users of before stay: {Reason}")]
        public static partial void Unreadable(ILogger logger, Exception exception, string path, string reason);

        // The one place where a password is told: nobody could sign in otherwise, and it is told once.
        [LoggerMessage(LogLevel.Warning, "{Path} did not exist and is made with the user {User} and the password {Password}")]
        public static partial void Created(ILogger logger, string path, string user, string password);
    }
}
