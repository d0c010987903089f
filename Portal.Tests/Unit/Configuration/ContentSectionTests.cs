using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

/// <summary>The sections <c>log.hooks</c>, <c>validation</c>, <c>policy</c> and <c>compatibility</c>.</summary>
public sealed class ContentSectionTests
{
    private const string Hook = "log: {hooks: [{type: mail, levels: [panic, warn], options: {smtp: {addr: mail.example.com:25, username: u, password: p, insecure: true}, from: a@example.com, to: [b@example.com, c@example.com]}}]}";

    [Fact]
    public void Read_MailHook_GivesEachValueItsPlace()
    {
        var hook = Assert.Single(ConfigurationText.Good(Hook).Log.MailHooks);

        Assert.Equal([LogLevel.Critical, LogLevel.Warning], hook.Levels);
        Assert.Equal(new ListenAddress("mail.example.com", 25), hook.Server);
        Assert.Equal(("u", "p", true, "a@example.com"), (hook.Username, hook.Password?.Value, hook.Insecure, hook.From));
        Assert.Equal(["b@example.com", "c@example.com"], hook.To);
    }

    [Fact]
    public void Read_MailHookThatIsDisabled_NeedsNothing() =>
        Assert.Empty(ConfigurationText.Good("log: {hooks: [{type: mail, disabled: true}]}").Log.MailHooks);

    [Theory]
    [InlineData("type: mail", "type: slack", "5: log.hooks[0].type: \"slack\" is not one of mail")]
    [InlineData("type: mail, ", "", "5: log.hooks[0].type: is missing; write for example \"type: mail\"")]
    [InlineData("[panic, warn]", "[loud]", "5: log.hooks[0].levels[0]: \"loud\" is not one of panic, fatal, error, warn, warning, info, debug")]
    [InlineData("levels: [panic, warn], ", "", "5: log.hooks[0].levels: is missing; write for example \"levels: [error, fatal]\"")]
    [InlineData("addr: mail.example.com:25, ", "", "5: log.hooks[0].options.smtp.addr: is missing; write for example \"addr: mail.example.com:25\"")]
    [InlineData("mail.example.com:25", "mail.example.com", "5: log.hooks[0].options.smtp.addr: \"mail.example.com\" is not host:port; write for example \"mail.example.com:25\"")]
    [InlineData("from: a@example.com, ", "", "5: log.hooks[0].options.from: is missing; write for example \"from: registry@example.com\"")]
    [InlineData("a@example.com", "nobody", "5: log.hooks[0].options.from: \"nobody\" is not a mail address; write for example \"registry@example.com\"")]
    [InlineData(", to: [b@example.com, c@example.com]", "", "5: log.hooks[0].options.to: is missing; write for example \"to: [admin@example.com]\"")]
    [InlineData("[{type: mail", "[x, {type: mail", "5: log.hooks[0]: is not a section; write \"- name: value\" and its other keys below")]
    public void Read_MailHookThatIsWrong_SaysWhereWhatAndTheRemedy(string good, string bad, string expected)
    {
        Assert.Contains(good, Hook, StringComparison.Ordinal);

        Assert.Equal($"config.yml:{expected}", ConfigurationText.Error(Hook.Replace(good, bad, StringComparison.Ordinal)));
    }

    [Fact]
    public void Read_Validation_IsOffUnlessItIsWritten()
    {
        var validation = ConfigurationText.Good("").Validation;

        Assert.Null(validation.AllowedUrls);
        Assert.Empty(validation.DeniedUrls);
        Assert.Equal(IndexPlatforms.All, validation.Indexes);
    }

    [Theory]
    [InlineData("enabled: true", true)]
    [InlineData("enabled: true, disabled: true", true)]
    [InlineData("disabled: false", false)]
    [InlineData("enabled: true, manifests: {urls: {deny: [x]}}", false)]
    public void Read_ValidationOfNoUrl_HasToBeAskedFor(string text, bool isNothingAllowed) =>
        Assert.Equal(isNothingAllowed, ConfigurationText.Good($"validation: {{{text}}}").Validation.AllowedUrls is []);

    [Fact]
    public void Read_ValidationThatIsDisabled_HoldsNothing()
    {
        var validation = ConfigurationText.Good("validation: {disabled: true, manifests: {urls: {allow: [x]}, indexes: {platforms: all}}}").Validation;

        Assert.Null(validation.AllowedUrls);
        Assert.Equal(IndexPlatforms.None, validation.Indexes);
    }

    [Fact]
    public void Read_IndexPlatforms_AreTheList()
    {
        var validation = ConfigurationText.Good(
            "validation: {manifests: {indexes: {platforms: list, platformlist: [{os: linux, architecture: arm64}]}}}").Validation;

        Assert.Equal(IndexPlatforms.List, validation.Indexes);
        Assert.Equal([new IndexPlatform("linux", "arm64")], validation.PlatformList);
    }

    [Theory]
    [InlineData("validation: {manifests: {indexes: {platforms: some}}}", "5: validation.manifests.indexes.platforms: \"some\" is not one of all, none, list")]
    [InlineData("validation: {manifests: {indexes: {platforms: list}}}", "5: validation.manifests.indexes.platforms: names no platform; write below it for example \"platformlist: [{os: linux, architecture: amd64}]\"")]
    [InlineData("validation: {manifests: {indexes: {platforms: list, platformlist: [{os: linux}]}}}", "5: validation.manifests.indexes.platformlist[0].architecture: is missing; write for example \"architecture: amd64\"")]
    [InlineData("policy: {repository: {classes: [image, model]}}", "5: policy.repository.classes[1]: \"model\" is not one of image, plugin")]
    [InlineData("compatibility: {schema1: {signingkeyfile: /a, trustkey: /b}}", "5: compatibility.schema1.trustkey: is another name for signingkeyfile, which is set to another file; keep one")]
    public void Read_WrongValue_SaysWhereWhatAndTheRemedy(string text, string expected) =>
        Assert.Equal($"config.yml:{expected}", ConfigurationText.Error(text));

    [Fact]
    public void Read_PlatformListWithoutItsWord_IsAWarning() => Assert.Equal(
        "config.yml:5: warning: validation.manifests.indexes.platformlist: has no effect; write \"platforms: list\" beside it",
        ConfigurationText.Warning("validation: {manifests: {indexes: {platformlist: [{os: linux, architecture: arm64}]}}}"));

    [Fact]
    public void Read_Classes_AreTheList() =>
        Assert.Equal(["image", "plugin"], ConfigurationText.Good("policy: {repository: {classes: [image, plugin]}}").RepositoryClasses);

    [Theory]
    [InlineData("signingkeyfile")]
    [InlineData("trustkey")]
    public void Read_Schema1_IsTheSwitchAndTheKey(string name) => Assert.Equal(
        new Schema1Configuration { Enabled = true, SigningKeyFile = "/key.json" },
        ConfigurationText.Good($"compatibility: {{schema1: {{enabled: true, {name}: /key.json}}}}").Schema1);
}
