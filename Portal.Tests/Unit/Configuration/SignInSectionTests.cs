using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

/// <summary>What the portal's section says of signing in to the pages.</summary>
public sealed class SignInSectionTests
{
    [Fact]
    public void Admin_IsRead_FromTheEnvironmentToo()
    {
        Assert.Equal(
            new AdminConfiguration("root", new Secret("p")),
            ConfigurationText.Load(ConfigurationText.Head, "REGISTRY_PORTAL_ADMIN_USERNAME=root", "REGISTRY_PORTAL_ADMIN_PASSWORD=p").Configuration!.Portal.Admin);
        Assert.Null(ConfigurationText.Good("portal: {title: a}").Portal.Admin);
    }

    [Fact]
    public void Admin_WithoutAPassword_IsAUserOfTheFile()
    {
        var configuration = ConfigurationText.Good("portal: {admin: {username: root}}\nauth: {htpasswd: {realm: a, path: /auth/htpasswd}}");

        Assert.Equal(new AdminConfiguration("root", null), configuration.Portal.Admin);
    }

    [Theory]
    [InlineData("portal: {admin: {username: root}}", "portal.admin.password is missing")]
    [InlineData("portal: {admin: {password: hidden-one}}", "portal.admin.username: is missing")]
    [InlineData("portal: {admin: {username: 'a:b', password: hidden-one}}", "portal.admin.username: holds a colon")]
    [InlineData("portal: {session: {idletimeout: 1s}}", "portal.session.idletimeout: \"1s\" is not a duration from 60s")]
    [InlineData("portal: {openid: {clientid: a}}", "portal.openid.issuer: is missing")]
    [InlineData("portal: {openid: {issuer: 'https://login.example.com'}}", "portal.openid.clientid: is missing")]
    [InlineData("portal: {openid: {issuer: 'http://login.example.com', clientid: a}}", "portal.openid.issuer: is not https")]
    [InlineData("portal: {openid: {issuer: login.example.com, clientid: a}}", "portal.openid.issuer: \"login.example.com\" is not an address")]
    public void Read_WhatCannotBe_IsNamed(string text, string expected)
    {
        var error = ConfigurationText.Error(text);

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-one", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://login.example.com/realms/main")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://[::1]:8080/")]
    public void OpenId_HasDefaults(string issuer)
    {
        var openId = ConfigurationText.Good($"portal: {{openid: {{issuer: '{issuer}', clientid: a, admingroups: [ops]}}}}").Portal.OpenId!;

        Assert.Equal(new Uri(issuer), openId.Issuer);
        Assert.Equal(["openid", "profile"], openId.Scopes);
        Assert.Equal(("preferred_username", "groups", "ops"), (openId.NameClaim, openId.GroupsClaim, Assert.Single(openId.AdminGroups)));
        Assert.Null(openId.ClientSecret);
    }
}
