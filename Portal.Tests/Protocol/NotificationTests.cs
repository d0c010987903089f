using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Portal.Registry.Configuration;
using Portal.Registry.Notifications;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using static Portal.Tests.Fixtures.NotifyingPortal;

namespace Portal.Tests.Protocol;

/// <summary>What endpoints get, when, and what becomes of it when they do not take it.</summary>
public sealed class NotificationTests : IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task DeadEndpoint_HoldsUpNoPush_AndNoOtherEndpoint()
    {
        await using var portal = await StartAsync(
            Endpoint("dead", ChildProcess.FreeAddress()), Endpoint("silent", _receiver.Address) with { Name = "silent" });
        await using var other = await WebhookReceiver.StartAsync();
        var never = new TaskCompletionSource();
        _receiver.Answer = (_, _) => never.Task;
        portal.Apply(Endpoint("dead", ChildProcess.FreeAddress()), Endpoint("silent", _receiver.Address), Endpoint("well", other.Address));

        for (var i = 0; i < 5; i++)
        {
            await portal.Client.PushImageAsync("team/app", $"{i}");
        }

        var received = await other.UntilAsync(5);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"push team/app:{i}"), received.Select(one => one.Summary));
        Assert.True(_receiver.Received.Count <= 1);
        never.SetResult();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task EventThatIsNotTaken_IsTriedAgain_BeforeThoseBehindIt(int status)
    {
        await using var portal = await StartAsync(Endpoint("flaky", _receiver.Address) with { Threshold = 2 });
        _receiver.Answer = (_, response) =>
        {
            response.StatusCode = _receiver.Received.Count <= 3 ? status : 200;
            response.Headers.Location = status == 302 ? "/elsewhere" : default;
            return Task.CompletedTask;
        };

        await portal.Client.PushImageAsync("team/app", "1");
        await portal.Client.PushImageAsync("team/app", "2");

        var received = await _receiver.UntilAsync(5);
        Assert.Equal(
            ["push team/app:1", "push team/app:1", "push team/app:1", "push team/app:1", "push team/app:2"], received.Select(one => one.Summary));
        Assert.Single(received.Take(4).Select(one => (string?)one.Event["id"]).Distinct());
        var row = await DeliveryAsync(portal, row => row is { Tag: "1", State: DeliveryState.Delivered });
        var detail = await portal.Webhooks.GetDeliveryAsync(Administrator, row.Id, TestContext.Current.CancellationToken);
        Assert.Equal([200, status, status, status], detail!.Attempts.Select(attempt => attempt.Status));
        Assert.Equal([4, 3, 2, 1], detail.Attempts.Select(attempt => attempt.Number));
        Assert.Contains($"answered {status}", detail.Attempts[^1].Error!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReasonPhraseOfAnyLength_IsKeptCut()
    {
        await using var portal = await StartAsync(Endpoint("wordy", _receiver.Address));
        _receiver.Answer = (_, response) =>
        {
            response.StatusCode = 500;
            response.HttpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = new string('x', 20_000);
            return Task.CompletedTask;
        };

        await portal.Client.PushImageAsync("team/app", "1");

        var row = await DeliveryAsync(portal, row => row.LastError is not null);
        Assert.Equal($"answered 500 {new string('x', 100)}…", $"{row.LastError}");
    }

    [Fact]
    public async Task AnswerThatDoesNotCome_CountsAsAFailure()
    {
        var never = new TaskCompletionSource();
        _receiver.Answer = (_, _) => _receiver.Received.Count == 1 ? never.Task : Task.CompletedTask;
        await using var portal = await StartAsync(Endpoint("slow", _receiver.Address) with { Timeout = TimeSpan.FromMilliseconds(200) });

        await portal.Client.PushImageAsync("team/app", "1");

        var row = await DeliveryAsync(portal, row => row is { State: DeliveryState.Delivered });
        var detail = await portal.Webhooks.GetDeliveryAsync(Administrator, row.Id, TestContext.Current.CancellationToken);
        Assert.Contains("timeout", detail!.Attempts[^1].Error!.ToString(), StringComparison.Ordinal);
        never.SetResult();
    }

    [Fact]
    public async Task Restart_SendsWhatWaited()
    {
        _receiver.Answer = Refuse;
        await using var portal = await StartAsync(Endpoint("flaky", _receiver.Address));
        await portal.Client.PushImageAsync("team/app", "1");
        await portal.Client.PushImageAsync("team/app", "2");
        await _receiver.UntilAsync(1);
        await portal.StopAsync();
        _receiver.Answer = (_, _) => Task.CompletedTask;

        await portal.RestartAsync();

        await DeliveryAsync(portal, row => row is { Tag: "2", State: DeliveryState.Delivered });
        Assert.Equal(["push team/app:1", "push team/app:2"], _receiver.Received.Select(one => one.Summary).TakeLast(2));
    }

    [Fact]
    public async Task EndpointThatComes_IsToldFromThenOn_OneThatGoes_NoMore()
    {
        await using var portal = await StartAsync();
        await portal.Client.PushImageAsync("team/app", "before");
        portal.Apply(Endpoint("new", _receiver.Address));
        await portal.Client.PushImageAsync("team/app", "1");

        // Not only received: one that is broken off before its answer is known comes again.
        await DeliveryAsync(portal, row => row is { Tag: "1", State: DeliveryState.Delivered });
        portal.Apply(Endpoint("new", _receiver.Address) with { Disabled = true });
        await portal.Client.PushImageAsync("team/app", "2");
        portal.Apply(Endpoint("new", _receiver.Address));
        await portal.Client.PushImageAsync("team/app", "3");

        var received = await _receiver.UntilAsync(2);
        Assert.Equal(["push team/app:1", "push team/app:3"], received.Select(one => one.Summary));
    }

    [Fact]
    public async Task IgnoredActionsAndMediaTypes_AreNotSent()
    {
        await using var portal = await StartAsync(Endpoint("all", _receiver.Address) with { IgnoredMediaTypes = [MediaTypes.OciManifest], IgnoredActions = ["pull"] });

        await portal.Client.PushImageAsync("team/app", "1");
        using var pulled = await portal.Client.GetAsync("/v2/team/app/manifests/1");
        using var deleted = await portal.Client.SendAsync(HttpMethod.Delete, "/v2/team/app/manifests/1");

        await Patience.UntilAsync(() => _receiver.Received.FirstOrDefault(one => one.Summary == "delete team/app:1"), "the deletion");
        Assert.DoesNotContain(_receiver.Received, one => one.Summary == "push team/app:1" || one.Summary.StartsWith("pull", StringComparison.Ordinal));
        Assert.Contains(_receiver.Received, one => (string?)one.Event["target"]!["mediaType"] == MediaTypes.OctetStream);
    }

    [Fact]
    public async Task Pull_OfManifestAndBlob_IsSent_WithWhoPulled()
    {
        await using var portal = await StartAsync(Endpoint("all", _receiver.Address) with { IgnoredActions = ["push"], IgnoredMediaTypes = [] });
        await portal.Client.PushImageAsync("team/app", "1");
        var blob = await portal.Client.PushBlobAsync("team/app", "blob"u8.ToArray());

        using var pulled = await portal.Client.GetAsync("/v2/team/app/manifests/1");
        using var layer = await portal.Client.GetAsync($"/v2/team/app/blobs/{blob}");

        var received = await _receiver.UntilAsync(2);
        Assert.Equal(["pull team/app:1", $"pull team/app@{blob}"], received.Select(one => one.Summary));
    }

    [Fact]
    public async Task Attempts_GiveAnEventUp_AndTheNextOneGoes_UntilItIsRedelivered()
    {
        _receiver.Answer = (one, response) => one.Summary == "push team/app:1" ? Refuse(one, response) : Task.CompletedTask;
        await using var portal = await StartAsync(Endpoint("picky", _receiver.Address) with { Threshold = 1 });
        portal.Extend(new WebhookConfiguration { Name = "picky", Attempts = 3 });

        await portal.Client.PushImageAsync("team/app", "1");
        await portal.Client.PushImageAsync("team/app", "2");

        var failed = await DeliveryAsync(portal, row => row is { Tag: "1", State: DeliveryState.Failed });
        await DeliveryAsync(portal, row => row is { Tag: "2", State: DeliveryState.Delivered });
        Assert.Equal(3, failed.Attempts);
        Assert.Equal(4, _receiver.Received.Count);
        var webhook = Assert.Single(await portal.Webhooks.ListAsync(Administrator, TestContext.Current.CancellationToken));
        Assert.Equal((1, 1, 0.5), (webhook.Delivered, webhook.Failed, webhook.SuccessRate));
        _receiver.Answer = (_, _) => Task.CompletedTask;

        Assert.Equal(1, await portal.Webhooks.RedeliverFailedAsync(Administrator, "picky", TestContext.Current.CancellationToken));

        await DeliveryAsync(portal, row => row is { Tag: "1", State: DeliveryState.Delivered, Attempts: 4 });
    }

    [Fact]
    public async Task PausedEndpoint_GetsNothing_UntilItIsResumed_AlsoOverARestart()
    {
        await using var portal = await StartAsync(Endpoint("quiet", _receiver.Address));
        await portal.Webhooks.PauseAsync(Administrator, "quiet", TestContext.Current.CancellationToken);
        await portal.Client.PushImageAsync("team/app", "1");
        await portal.RestartAsync();
        await portal.Client.PushImageAsync("team/app", "2");

        var waiting = await WebhookAsync(portal, row => row.Waiting == 2);
        Assert.Equal(WebhookState.Paused, waiting.State);
        Assert.Empty(_receiver.Received);

        await portal.Webhooks.ResumeAsync(Administrator, "quiet", TestContext.Current.CancellationToken);

        Assert.Equal(["push team/app:1", "push team/app:2"], (await _receiver.UntilAsync(2)).Select(one => one.Summary));
    }

    [Fact]
    public async Task SkippedDelivery_HoldsUpNothingAnyMore()
    {
        _receiver.Answer = (one, response) => one.Summary == "push team/app:1" ? Refuse(one, response) : Task.CompletedTask;
        await using var portal = await StartAsync(Endpoint("stuck", _receiver.Address) with { Threshold = 1, Backoff = TimeSpan.FromHours(1) });
        await portal.Client.PushImageAsync("team/app", "1");
        await portal.Client.PushImageAsync("team/app", "2");
        var stuck = await DeliveryAsync(portal, row => row is { Tag: "1", State: DeliveryState.Retrying });
        await WebhookAsync(portal, row => row is { Waiting: 2, State: WebhookState.Retrying });

        Assert.True(await portal.Webhooks.SkipAsync(Administrator, stuck.Id, TestContext.Current.CancellationToken));

        await DeliveryAsync(portal, row => row is { Tag: "2", State: DeliveryState.Delivered });
        await DeliveryAsync(portal, row => row is { Tag: "1", State: DeliveryState.Skipped });
    }

    [Fact]
    public async Task Redelivery_OfOneThatWaits_TriesItAtOnce()
    {
        _receiver.Answer = Refuse;
        await using var portal = await StartAsync(Endpoint("stuck", _receiver.Address) with { Threshold = 1, Backoff = TimeSpan.FromHours(1) });
        await portal.Client.PushImageAsync("team/app", "1");
        var stuck = await DeliveryAsync(portal, row => row is { State: DeliveryState.Retrying });
        Assert.NotNull(stuck.NextAttempt);
        _receiver.Answer = (_, _) => Task.CompletedTask;

        Assert.True(await portal.Webhooks.RedeliverAsync(Administrator, stuck.Id, TestContext.Current.CancellationToken));

        await DeliveryAsync(portal, row => row is { Tag: "1", State: DeliveryState.Delivered, Attempts: 2 });
    }

    [Fact]
    public async Task TestEvent_IsSent_WhateverTheFiltersSay()
    {
        await using var portal = await StartAsync(Endpoint("deaf", _receiver.Address) with { IgnoredActions = ["push", "pull", "mount", "delete"] });
        var by = new Portal.Registry.RequestActor { Identity = Administrator, RequestId = $"{Guid.NewGuid()}", Method = "POST" };

        Assert.True(await portal.Webhooks.SendTestAsync(by, "deaf", TestContext.Current.CancellationToken));
        Assert.False(await portal.Webhooks.SendTestAsync(by, "nobody", TestContext.Current.CancellationToken));

        Assert.Equal("push test/webhook:test", Assert.Single(await _receiver.UntilAsync(1)).Summary);
    }

    [Fact]
    public async Task Secret_SignsTheBody_AndIsShownNowhere()
    {
        await using var portal = await StartAsync(Endpoint("signed", _receiver.Address) with
        {
            Headers = new Dictionary<string, IReadOnlyList<string>> { ["Authorization"] = ["Bearer hidden-token"] },
        });
        portal.Extend(new WebhookConfiguration { Name = "signed", Secret = new Secret("hidden-key") });
        await portal.Client.PushImageAsync("team/app", "1");

        var received = Assert.Single(await _receiver.UntilAsync(1));
        var expected = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("hidden-key"), received.Body));
        Assert.Equal([expected], received.Headers[PayloadSignature.Header]);
        Assert.Equal(["Bearer hidden-token"], received.Headers["Authorization"]);
        var row = await DeliveryAsync(portal, row => row is { State: DeliveryState.Delivered });
        var attempt = Assert.Single((await portal.Webhooks.GetDeliveryAsync(Administrator, row.Id, TestContext.Current.CancellationToken))!.Attempts);
        Assert.Contains("Authorization: ***", attempt.RequestHeaders, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", attempt.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pulls_BeyondWhatMayWait_AreDropped_PushesAreNot()
    {
        _receiver.Answer = Refuse;
        await using var portal = await StartAsync(Endpoint("full", _receiver.Address) with { IgnoredActions = [] });
        portal.Extend(new PortalNotificationsConfiguration { MaxWaiting = 3 });
        await portal.Client.PushImageAsync("team/app", "1");
        for (var i = 0; i < 10; i++)
        {
            using var pulled = await portal.Client.GetAsync("/v2/team/app/manifests/1");
            Assert.Equal(HttpStatusCode.OK, pulled.StatusCode);
            await WebhookAsync(portal, row => row.Waiting >= Math.Min(3, i + 2));
        }

        await portal.Client.PushImageAsync("team/app", "2");

        await WebhookAsync(portal, row => row is { Waiting: 4, State: WebhookState.Retrying });
    }

    [Fact]
    public async Task OldDeliveries_AreRemoved_ThoseThatWaitStay()
    {
        _receiver.Answer = (one, response) => one.Summary == "push team/app:1" ? Task.CompletedTask : Refuse(one, response);
        await using var portal = await StartAsync(Endpoint("one", _receiver.Address));
        await portal.Client.PushImageAsync("team/app", "1");
        await portal.Client.PushImageAsync("team/app", "2");
        await DeliveryAsync(portal, row => row is { Tag: "1", State: DeliveryState.Delivered });
        await DeliveryAsync(portal, row => row is { Tag: "2", State: DeliveryState.Retrying });

        var removed = await portal.Get<DeliveryLog>().RemoveBeforeAsync(
            TimeProvider.System.GetUtcNow().AddHours(1), ["one"], TestContext.Current.CancellationToken);

        Assert.Equal(1, removed);
        var left = await portal.Webhooks.FindDeliveriesAsync(Administrator, new DeliveryQuery(), TestContext.Current.CancellationToken);
        Assert.Equal("2", Assert.Single(left.Items).Tag);
    }

    [Fact]
    public async Task WhoIsNoAdministrator_IsDeniedEverything()
    {
        await using var portal = await StartAsync(Endpoint("one", _receiver.Address));
        var stranger = Portal.Registry.Auth.Identity.Everyone with { IsAtPages = true };
        var cancellation = TestContext.Current.CancellationToken;
        Func<Task>[] calls =
        [
            () => portal.Webhooks.ListAsync(stranger, cancellation),
            () => portal.Webhooks.FindDeliveriesAsync(stranger, new DeliveryQuery(), cancellation),
            () => portal.Webhooks.GetDeliveryAsync(stranger, 1, cancellation),
            () => portal.Webhooks.RedeliverAsync(stranger, 1, cancellation),
            () => portal.Webhooks.RedeliverFailedAsync(stranger, "one", cancellation),
            () => portal.Webhooks.SkipAsync(stranger, 1, cancellation),
            () => portal.Webhooks.PauseAsync(stranger, "one", cancellation),
            () => portal.Webhooks.ResumeAsync(stranger, "one", cancellation),
            () => portal.Webhooks.SendTestAsync(new Portal.Registry.RequestActor { Identity = stranger, RequestId = "1" }, "one", cancellation),
        ];

        foreach (var call in calls)
        {
            Assert.Equal(ErrorCode.Denied, (await Assert.ThrowsAsync<OciException>(call)).Errors[0].Code);
        }
    }

    private static Task Refuse(ReceivedEvent received, Microsoft.AspNetCore.Http.HttpResponse response)
    {
        response.StatusCode = 503;
        return Task.CompletedTask;
    }

    private static async Task<DeliveryRow> DeliveryAsync(NotifyingPortal portal, Func<DeliveryRow, bool> isWanted)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var page = await portal.Webhooks.FindDeliveriesAsync(Administrator, new DeliveryQuery(), deadline.Token);
            if (page.Items.FirstOrDefault(isWanted) is { } row)
            {
                return row;
            }

            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static async Task<WebhookRow> WebhookAsync(NotifyingPortal portal, Func<WebhookRow, bool> isWanted)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if ((await portal.Webhooks.ListAsync(Administrator, deadline.Token)).FirstOrDefault(isWanted) is { } row)
            {
                return row;
            }

            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }
}
