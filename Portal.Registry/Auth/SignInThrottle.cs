using System.Net;
using System.Net.Sockets;
using Portal.Storage.Blobs;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>
/// Slows down whoever guesses passwords. Failures are counted for a name from one address, for an address whatever the
/// name, and for a name whatever the address; beyond some, each makes the next one wait twice as long. A test under way
/// counts as failed until it has not.
/// </summary>
/// <remarks>
/// Who has signed in from an address before is not held up there by what others try with the same name elsewhere, and
/// a password that is remembered is not asked about here at all.
/// </remarks>
public sealed class SignInThrottle(TimeProvider time)
{
    private const int Counters = 100_000;

    /// <summary>How long nothing must fail before all is forgotten.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    private static readonly Allowance OfPair = new(10, TimeSpan.FromMinutes(1));
    private static readonly Allowance OfAddress = new(200, TimeSpan.FromMinutes(1));
    private static readonly Allowance OfName = new(100, TimeSpan.FromSeconds(5));

    private readonly BoundedCache<(string? Name, IPAddress? Address), Counter> _counters = new(Counters, _ => 1);
    private readonly BoundedCache<(string, IPAddress?), bool> _known = new(Counters, _ => 1);
    private readonly Lock _turn = new();

    /// <summary>Counts a test that begins.</summary>
    /// <exception cref="TooManyTriesException">It must not begin yet.</exception>
    public void Begin(string name, IPAddress? address)
    {
        var place = Network(address);
        lock (_turn)
        {
            var now = time.GetUtcNow();
            if (BlockedUntil(name, place, now) is var until && until > now)
            {
                throw new TooManyTriesException(until - now);
            }

            Find(name, place, now).Add(now, OfPair);
            Find(null, place, now).Add(now, OfAddress);
            Find(name, null, now).Add(now, OfName);
        }
    }

    /// <summary>How long a test must wait before it may begin; zero when it may. Asking counts as nothing.</summary>
    public TimeSpan WaitFor(string name, IPAddress? address)
    {
        lock (_turn)
        {
            var now = time.GetUtcNow();
            return BlockedUntil(name, Network(address), now) is var until && until > now ? until - now : TimeSpan.Zero;
        }
    }

    /// <summary>The password was right: what <see cref="Begin"/> counted is taken back.</summary>
    public void Succeeded(string name, IPAddress? address)
    {
        var place = Network(address);
        _known.Set((name, place), true);
        lock (_turn)
        {
            var now = time.GetUtcNow();
            Find(name, place, now).Clear();
            Find(null, place, now).TakeBack();
            Find(name, null, now).TakeBack();
        }
    }

    private DateTimeOffset BlockedUntil(string name, IPAddress place, DateTimeOffset now)
    {
        var until = Latest(Find(name, place, now).BlockedUntil, Find(null, place, now).BlockedUntil);
        return _known.TryGet((name, place), out _) ? until : Latest(until, Find(name, null, now).BlockedUntil);
    }

    private Counter Find(string? name, IPAddress? place, DateTimeOffset now)
    {
        if (!_counters.TryGet((name, place), out var counter) || now - counter.Last > Memory)
        {
            counter = new Counter { Last = now };
            _counters.Set((name, place), counter);
        }

        return counter;
    }

    /// <summary>One subscriber has a whole /64 of IPv6; whoever comes by a unix socket is one.</summary>
    private static IPAddress Network(IPAddress? address)
    {
        if (address?.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address ?? IPAddress.None;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <param name="Free">How many failures cost nothing.</param>
    /// <param name="LongestWait">Between two tries, however many failed.</param>
    private sealed record Allowance(int Free, TimeSpan LongestWait);

    private sealed class Counter
    {
        private int _failures;

        public DateTimeOffset Last { get; set; }

        public DateTimeOffset BlockedUntil { get; private set; }

        public void Add(DateTimeOffset now, Allowance allowance)
        {
            Last = now;
            var beyond = ++_failures - allowance.Free;
            if (beyond >= 0)
            {
                BlockedUntil = now + TimeSpan.FromSeconds(Math.Min(Math.Pow(2, beyond), allowance.LongestWait.TotalSeconds));
            }
        }

        public void TakeBack() => _failures = Math.Max(0, _failures - 1);

        public void Clear() => (_failures, BlockedUntil) = (0, default);
    }
}

/// <summary>Too many wrong passwords came.</summary>
/// <param name="wait">How long until the next one is looked at.</param>
public sealed class TooManyTriesException(TimeSpan wait) : OciException(
    ErrorCode.TooManyRequests,
    new Reason(UserRefusal.TooManyTries, $"too many wrong passwords: try again in {Math.Ceiling(wait.TotalSeconds)} s"))
{
    /// <summary>How long until the next password is looked at.</summary>
    public TimeSpan Wait { get; } = wait;
}
