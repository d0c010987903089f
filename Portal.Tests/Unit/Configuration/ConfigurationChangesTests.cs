using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

/// <summary>What a step from one text to another changes, and whether that counts at once.</summary>
public sealed class ConfigurationChangesTests
{
    [Theory]
    [InlineData("log: {level: info}", "log: {level: debug}", "log.level", "")]
    [InlineData("http: {headers: {X-A: [1]}}", "http: {headers: {X-A: [1, 2]}}", "http.headers.X-A[1]", "")]
    [InlineData("portal: {limits: {uploads: 5}}", "", "portal.limits.uploads", "")]
    [InlineData("http: {addr: ':5000'}", "http: {addr: ':5001'}", "", "http.addr")]
    [InlineData("auth: {htpasswd: {realm: a, path: /b}}", "auth: {htpasswd: {realm: a, path: /c}}", "", "auth.htpasswd.path")]
    [InlineData("portal: {addr: ':5080'}", "portal: {addr: ''}", "", "portal.addr")]
    [InlineData("catalog: {maxentries: 5}", "catalog: {maxentries: 6}\nlog: {level: warn}", "log.level", "catalog.maxentries")]
    [InlineData("", "catalog: {maxentries: 1000}\nlog: {level: info}", "", "")]
    [InlineData("# one", "# another", "", "")]
    public void Between_TwoTexts_SortsWhatDiffers(string before, string after, string live, string restart)
    {
        var changes = ConfigurationChanges.Between(
            ConfigurationText.Head + before, ConfigurationText.Head + after, new Dictionary<string, string>());

        Assert.Equal((live, restart), (string.Join(' ', changes.Live), string.Join(' ', changes.Restart)));
    }

    [Fact]
    public void Between_TwoDrivers_IsARestart()
    {
        var changes = ConfigurationChanges.Between(
            "version: 0.1\nstorage: {filesystem: {rootdirectory: /a}}", "version: 0.1\nstorage: inmemory", new Dictionary<string, string>());

        Assert.Equal(["storage.filesystem.rootdirectory", "storage.inmemory"], changes.Restart);
    }

    [Fact]
    public void Between_WhatAVariableHolds_IsNoChange()
    {
        var variables = new Dictionary<string, string> { ["REGISTRY_HTTP_ADDR"] = ":6000" };

        Assert.Empty(ConfigurationChanges.Between(ConfigurationText.Head + "http: {addr: ':1'}", ConfigurationText.Head + "http: {addr: ':2'}", variables).Restart);
    }
}
