using System.Net;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Auth;

namespace Portal.Tests.Unit.Auth;

public sealed class SignInThrottleTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress There = IPAddress.Parse("198.51.100.7");

    private readonly FakeTimeProvider _time = new();
    private readonly SignInThrottle _throttle;

    public SignInThrottleTests() => _throttle = new SignInThrottle(_time);

    [Fact]
    public void TenFailures_AreFree_ThenEachWaitsTwiceAsLong_UpToAMinute()
    {
        var waits = new List<double>();
        for (var tries = 0; tries < 20; tries++)
        {
            var wait = Wait("ada", Here);
            waits.Add(wait.TotalSeconds);
            _time.Advance(wait);
            _throttle.Begin("ada", Here);
        }

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60], waits);
    }

    [Fact]
    public void Failures_OfOne_HoldNobodyElseUp()
    {
        Fail(15, "ada", Here);

        Assert.True(Wait("ada", Here) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, Wait("bob", Here));
        Assert.Equal(TimeSpan.Zero, Wait("ada", There));
    }

    [Fact]
    public void ManyNames_FromOneAddress_SlowThatAddressDown()
    {
        for (var number = 0; number < 200; number++)
        {
            _throttle.Begin($"user{number}", Here);
        }

        Assert.True(Wait("somebody", Here) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, Wait("somebody", There));
    }

    [Fact]
    public void ManyAddresses_WithOneName_SlowThatNameDown_ButNotWhereItsUserHasBeen()
    {
        _throttle.Begin("ada", There);
        _throttle.Succeeded("ada", There);
        for (var number = 0; number < 110; number++)
        {
            var address = IPAddress.Parse($"203.0.113.{number}");
            _time.Advance(Wait("ada", address));
            _throttle.Begin("ada", address);
        }

        Assert.InRange(Wait("ada", Here), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.Zero, Wait("ada", There));
    }

    [Fact]
    public void Success_ForgetsTheFailures()
    {
        Fail(9, "ada", Here);
        _throttle.Begin("ada", Here);
        _throttle.Succeeded("ada", Here);

        Fail(9, "ada", Here);
        Assert.Equal(TimeSpan.Zero, Wait("ada", Here));
    }

    [Fact]
    public void AQuarterOfAnHour_ForgetsTheFailures()
    {
        Fail(20, "ada", Here);
        _time.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal(TimeSpan.Zero, Wait("ada", Here));
    }

    [Fact]
    public void AddressesOfOneSubscriber_AreOne()
    {
        for (var number = 0; number < 10; number++)
        {
            _throttle.Begin("ada", IPAddress.Parse($"2001:db8:1:2::{number}"));
        }

        Assert.True(Wait("ada", IPAddress.Parse("2001:db8:1:2:ffff::1")) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, Wait("ada", IPAddress.Parse("2001:db8:1:3::1")));
    }

    private void Fail(int count, string name, IPAddress address)
    {
        for (var tries = 0; tries < count; tries++)
        {
            _time.Advance(Wait(name, address));
            _throttle.Begin(name, address);
        }
    }

    /// <summary>How long the next try has to wait; asking counts as none.</summary>
    private TimeSpan Wait(string name, IPAddress address) => _throttle.WaitFor(name, address);
}
