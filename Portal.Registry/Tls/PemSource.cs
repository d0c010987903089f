namespace Portal.Registry.Tls;

/// <summary>
/// What is made of PEM files, which may change while the registry runs: made anew at the latest a second after one of
/// them changed. Where that does not work, what was made before stays.
/// </summary>
internal sealed class PemSource<T>
    where T : class
{
    // The content is compared, since a renewal may be a link that points elsewhere. That costs little at this pace.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<string> _paths;
    private readonly Func<string[], T> _parse;
    private readonly TimeProvider _time;
    private readonly Action<T> _onRenewed;
    private readonly Action<string, T> _onUnusable;
    private readonly Lock _turn = new();
    private long _looked;
    private string[] _seen;
    private string? _failure;
    private volatile T _current;

    /// <param name="paths">The files.</param>
    /// <param name="parse">Makes it of their contents; <see cref="CertificateFileException"/> when it cannot.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onRenewed">Told of what was made anew.</param>
    /// <param name="onUnusable">Told once why it could not be, and what stays.</param>
    /// <exception cref="CertificateFileException">There is nothing usable to begin with.</exception>
    public PemSource(
        IReadOnlyList<string> paths, Func<string[], T> parse, TimeProvider time, Action<T> onRenewed, Action<string, T> onUnusable)
    {
        (_paths, _parse, _time, _onRenewed, _onUnusable) = (paths, parse, time, onRenewed, onUnusable);
        _looked = time.GetTimestamp();
        _seen = Read();
        _current = parse(_seen);
    }

    /// <summary>What counts now.</summary>
    public T Get()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _looked)) >= LookEvery && _turn.TryEnter())
        {
            try
            {
                Look();
                Volatile.Write(ref _looked, _time.GetTimestamp());
            }
            finally
            {
                _turn.Exit();
            }
        }

        return _current;
    }

    private void Look()
    {
        try
        {
            var content = Read();
            if (content.AsSpan().SequenceEqual(_seen))
            {
                return;
            }

            // Even when it cannot be used: it is judged once.
            _seen = content;
            _current = _parse(content);
            _failure = null;
            _onRenewed(_current);
        }
        catch (CertificateFileException exception)
        {
            if (_failure != exception.Message)
            {
                _failure = exception.Message;
                _onUnusable(exception.Message, _current);
            }
        }
    }

    private string[] Read() => [.. _paths.Select(path => PemFile.Read(path))];
}
