using Portal.Registry.Configuration.Editing;

namespace Portal.Tests.Unit.Configuration.Editing;

public sealed class WrittenValuesTests
{
    [Fact]
    public void Locked_NamesTheVariableOfEachKey()
    {
        var locked = WrittenValues.Locked("http: {addr: ':1'}\nlog:\n  hooks: [{type: mail}]\n", new Dictionary<string, string>
        {
            ["REGISTRY_HTTP_ADDR"] = ":2",
            ["REGISTRY_LOG_HOOKS_0_TYPE"] = "mail",
            ["REGISTRY_STORAGE_DELETE"] = "{enabled: true}",
            ["REGISTRY_NO_SUCH_KEY"] = "x",
            ["HOME"] = "/root",
        });

        Assert.Equal("REGISTRY_HTTP_ADDR", locked.HolderOf("http.addr"));
        Assert.Equal("REGISTRY_LOG_HOOKS_0_TYPE", locked.HolderOf("log.hooks[0].type"));
        Assert.Equal("REGISTRY_STORAGE_DELETE", locked.HolderOf("storage.delete.enabled"));
        Assert.Null(locked.HolderOf("http.secret"));
        Assert.Null(locked.HolderOf("http.address"));
    }

    [Theory]
    [InlineData("http: {addr: a}", "http:\n  addr: a # same\n", "")]
    [InlineData("http: {addr: a}", "http: {addr: b}", "http.addr")]
    [InlineData("storage: inmemory", "storage:\n  inmemory:\n", "")]
    [InlineData("", "storage: {delete: {enabled: true}}\nlog: {level: debug}", "log.level storage.delete.enabled")]
    [InlineData("redis: {addrs: [a, b]}", "redis: {addrs: [a, c]}", "redis.addrs[]")]
    [InlineData("x-y: 1", "x-y: 2", "x-y")]
    public void Differences_NamesTheKeysWithAnotherValue(string before, string after, string keys)
    {
        Assert.Equal(keys, string.Join(' ', WrittenValues.Differences(before, after)));
    }
}
