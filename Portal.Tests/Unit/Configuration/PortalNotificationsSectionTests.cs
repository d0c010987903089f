using Portal.Registry.Configuration.Keys;
using Portal.Registry.Notifications;

namespace Portal.Tests.Unit.Configuration;

public sealed class PortalNotificationsSectionTests
{
    private const string Alerts = "notifications: {endpoints: [{name: alerts, url: 'http://a', disabled: true}]}\n";

    [Fact]
    public void Read_EveryKey_HasItsPlace()
    {
        var notifications = ConfigurationText.Good(Alerts + """
            portal:
              notifications:
                retention: 1h
                maxwaiting: 5
                endpoints:
                  - {name: alerts, secret: hidden-one, format: Slack, repositories: ['team/*', '**'], tags: 'v*', attempts: 3}
            """).Portal.Notifications;

        Assert.Equal((TimeSpan.FromHours(1), 5), (notifications.Retention, notifications.MaxWaiting));
        var alerts = notifications.Of("alerts");
        Assert.Equal(("hidden-one", PayloadFormat.Slack, 3), (alerts.Secret!.Value, alerts.Format, alerts.Attempts));
        Assert.Equal(["team/*", "**"], alerts.Repositories.Select(pattern => pattern.Text));
        Assert.Equal("v*", Assert.Single(alerts.Tags).Text);
        Assert.DoesNotContain("hidden-one", $"{alerts}{notifications}{alerts.Secret}");
    }

    [Fact]
    public void Of_EndpointOfWhichNothingIsSaid_IsTheDefaults()
    {
        var notifications = ConfigurationText.Good(Alerts).Portal.Notifications;

        var alerts = notifications.Of("alerts");

        Assert.Equal((TimeSpan.FromDays(7), 100_000), (notifications.Retention, notifications.MaxWaiting));
        Assert.Equal(("alerts", PayloadFormat.Registry, 0), (alerts.Name, alerts.Format, alerts.Attempts));
        Assert.Null(alerts.Secret);
        Assert.Empty(alerts.Repositories);
        Assert.Empty(alerts.Tags);
    }

    [Fact]
    public void Read_FromTheEnvironment_CountsToo() =>
        Assert.Equal(
            "hidden-one",
            ConfigurationText.Good(
                Alerts + "portal: {notifications: {endpoints: [{name: alerts}]}}", "REGISTRY_PORTAL_NOTIFICATIONS_ENDPOINTS_0_SECRET=hidden-one")
                .Portal.Notifications.Of("alerts").Secret?.Value);

    [Theory]
    [InlineData("{name: alert}", "[0].name: \"alert\" is the name of no entry of notifications.endpoints; did you mean \"alerts\"?")]
    [InlineData("{name: zebra}", "[0].name: \"zebra\" is the name of no entry of notifications.endpoints; write the name of an entry there, or remove this one")]
    [InlineData("{name: alerts}, {name: alerts}", "[1].name: \"alerts\" has an entry already; write it all there")]
    [InlineData("{format: slack}", "[0].name: is missing; write for example \"name: listener\"")]
    [InlineData("{name: alerts, format: irc}", "[0].format: \"irc\" is not one of registry, slack, teams, discord, cloudevents")]
    [InlineData("{name: alerts, repositories: [Team]}", "[0].repositories: \"Team\": 'T' is in no repository's name; a pattern has small letters, digits, '.', '_', '-', '/' and '*'")]
    [InlineData("{name: alerts, tags: ['a b']}", "[0].tags: \"a b\": a pattern of tags has 1 to 128 letters, digits, '.', '_', '-' and '*', and does not begin with '.' or '-'")]
    [InlineData("{name: alerts, attempts: -1}", "[0].attempts: \"-1\" is not a whole number from 0 up")]
    public void Read_WhatCannotBe_IsNamed(string entries, string expected) =>
        Assert.Equal(
            $"config.yml:6: portal.notifications.endpoints{expected}",
            ConfigurationText.Error($"{Alerts}portal: {{notifications: {{endpoints: [{entries}]}}}}"));

    [Fact]
    public void Keys_AllOfThem_CountAtOnce() =>
        Assert.All(ConfigurationKeys.Find("portal.notifications")!.Walk(), key => Assert.True(key.IsLive, key.Path));
}
