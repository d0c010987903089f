using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Somebody who guesses passwords: is slowed down, holds nobody up and learns nothing.</summary>
public sealed class BruteForceTests(GuessedPortal portal) : IClassFixture<GuessedPortal>
{
    private const int Guesses = 10_000;

    [Fact]
    public async Task TenThousandGuesses_AreSlowedDown_AndHoldNobodyElseUp()
    {
        using var bob = new RegistryClient(portal.RegistryAddress) { Authorization = PasswordFile.Basic("bob", PasswordFile.Password) };
        await bob.PushImageAsync("team/app", "1");

        var guessing = Task.WhenAll(Enumerable.Range(0, 8).Select(GuessAsync));
        var pulls = 0;
        var slowest = TimeSpan.Zero;
        while (!guessing.IsCompleted)
        {
            var begun = Stopwatch.GetTimestamp();
            using var pulled = await bob.GetAsync("/v2/team/app/manifests/1");
            Assert.Equal(HttpStatusCode.OK, pulled.StatusCode);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(begun).Ticks));
            pulls++;
        }

        var looked = (await guessing).Sum();
        using var elsewhere = await portal.Client.SendAsync(HttpMethod.Get, "/v2/", change: request =>
        {
            request.Headers.Authorization = PasswordFile.Basic("carol", PasswordFile.Password);
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        });

        // The wait may have just ended: then the next guess begins one that is twice as long.
        HttpResponseMessage? refused = null;
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!(refused?.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(4)))
        {
            refused?.Dispose();
            refused = await GuessOnceAsync("one more");
            deadline.Token.ThrowIfCancellationRequested();
        }

        refused.Dispose();
        using var owner = await portal.Client.SendAsync(HttpMethod.Get, "/v2/", change: request =>
        {
            request.Headers.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        });

        TestContext.Current.SendDiagnosticMessage(
            "{0} guesses, {1} looked at; {2} pulls meanwhile, the slowest took {3} ms", Guesses, looked, pulls, slowest.TotalMilliseconds);
        Assert.True(looked < 100, $"{looked} of {Guesses} guesses were looked at");
        Assert.True(pulls > 0);
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);

        // Whoever guesses is told to wait even with the right password: else the guesses would go on unseen.
        await RegistryClient.AssertErrorAsync(owner, HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
        Assert.InRange(owner.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    /// <summary>The names that nobody has take as long as those that somebody has: no order can be told from the times.</summary>
    [Fact]
    public async Task UnknownName_TakesAsLongAsAKnownOne()
    {
        using var folder = new TempFolder();
        var path = folder.Combine("htpasswd");
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 20).Select(number => PasswordFile.Line($"user{number}", "right"))));
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(80));
        using var world = new AccountsWorld(path, time: time);
        var known = new double[200];
        var unknown = new double[200];
        await MeasureAsync("user3");
        for (var round = 0; round < known.Length; round++)
        {
            // Which goes first changes, so that neither always follows the other.
            if (round % 2 == 0)
            {
                known[round] = await MeasureAsync($"user{round % 20}");
                unknown[round] = await MeasureAsync($"nobody{round}");
            }
            else
            {
                unknown[round] = await MeasureAsync($"nobody{round}");
                known[round] = await MeasureAsync($"user{round % 20}");
            }
        }

        // Mann and Whitney's test: how often one of the known is slower than one of the unknown, in standard deviations.
        var slower = known.Sum(one => unknown.Count(other => one > other));
        var (mean, deviation) = (known.Length * (double)unknown.Length / 2, Math.Sqrt(known.Length * (double)unknown.Length * (known.Length + unknown.Length + 1) / 12));
        TestContext.Current.SendDiagnosticMessage(
            "medians {0:0.000} ms known, {1:0.000} ms unknown, z = {2:0.00}", known.Order().ElementAt(100), unknown.Order().ElementAt(100), (slower - mean) / deviation);
        Assert.InRange((slower - mean) / deviation, -5, 5);

        async Task<double> MeasureAsync(string name)
        {
            // Nothing is remembered of the tries before.
            time.Advance(TimeSpan.FromMinutes(16));
            var begun = Stopwatch.GetTimestamp();
            Assert.Null(await world.SignInAsync(name, "wrong"));
            return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }
    }

    private Task<HttpResponseMessage> GuessOnceAsync(string password) => portal.Client.SendAsync(
        HttpMethod.Get, "/v2/", change: request => request.Headers.Authorization = PasswordFile.Basic(PasswordFile.User, password));

    /// <returns>How many of the guesses were looked at.</returns>
    private async Task<int> GuessAsync(int part)
    {
        var looked = 0;
        for (var number = 0; number < Guesses / 8; number++)
        {
            using var answer = await GuessOnceAsync($"guess {part} {number}");
            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests });
            looked += answer.StatusCode is HttpStatusCode.Unauthorized ? 1 : 0;
        }

        return looked;
    }
}

/// <summary>The application with three users.</summary>
public sealed class GuessedPortal : PortalFixture
{
    protected override RegistryConfiguration Configuration => base.Configuration with { Auth = new AuthConfiguration { Htpasswd = WriteUsers() } };

    private HtpasswdConfiguration WriteUsers()
    {
        var configuration = PasswordFile.Write(Root);
        File.AppendAllText(configuration.Path, PasswordFile.Line("bob", PasswordFile.Password) + PasswordFile.Line("carol", PasswordFile.Password));
        return configuration;
    }
}
