using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Configuration.Editing;

public sealed class SaveQuestionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AuthTakenOut_Asks() =>
        Assert.Equal("Nobody will be asked for a password any more", Ask(WithAuth(Users("alice")), "", "alice"));

    [Fact]
    public void AuthOn_WithTheUserInTheFile_DoesNotAsk() => Assert.Null(Ask("", WithAuth(Users("alice")), user: null));

    [Fact]
    public void AuthOn_WithAnEmptyFile_Asks() => Assert.Equal("Nobody will be able to sign in", Ask("", WithAuth(Users()), user: null));

    [Fact]
    public void AuthOn_WithoutAFile_Asks() =>
        Assert.Equal("There is no file of users yet", Ask("", WithAuth(_folder.Combine("none")), user: null));

    [Fact]
    public void AuthOn_WithAFolderForAFile_Asks() => Assert.Equal("Nobody will be able to sign in", Ask("", WithAuth(_folder.Path), user: null));

    [Fact]
    public void AnotherFile_WithoutTheOneWhoSaves_Asks() =>
        Assert.Equal("You will not be able to sign in", Ask(WithAuth(Users("alice")), WithAuth(Users("bob")), "alice"));

    [Theory]
    [InlineData("portal: {addr: ':6000'}", "These pages will move")]
    [InlineData("portal: {addr: ''}", "These pages will be gone")]
    [InlineData("portal: {title: Hub}", null)]
    [InlineData("http: {addr: ':6000'}", null)]
    public void ThePagesOwnAddress_Asks(string next, string? title) => Assert.Equal(title, Ask("", next, user: null));

    private string Users(params string[] names)
    {
        var path = _folder.Combine($"users-{string.Join('-', names)}");
        File.WriteAllLines(path, names.Select(name => $"{name}:$2y$05$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"));
        return path;
    }

    private static string WithAuth(string path) => $"auth: {{htpasswd: {{realm: r, path: {path}}}}}";

    private static string? Ask(string now, string next, string? user)
    {
        return SaveQuestions.Of(Load(now), Load(next), WrittenValues.Differences(now, next), user).SingleOrDefault()?.Title.ToString();
    }

    private static RegistryConfiguration Load(string text) =>
        ConfigurationLoader.Parse($"version: 0.1\nstorage: inmemory\n{text}\n", null, new Dictionary<string, string>()).Configuration!;
}
