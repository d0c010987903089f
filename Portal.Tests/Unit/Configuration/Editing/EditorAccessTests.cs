using System.Net;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;

namespace Portal.Tests.Unit.Configuration.Editing;

public sealed class EditorAccessTests
{
    private static readonly RegistryConfiguration Open = new();
    private static readonly RegistryConfiguration WithPasswords = new()
    {
        Auth = new AuthConfiguration { Htpasswd = new HtpasswdConfiguration("realm", "/auth/htpasswd") },
    };

    [Theory]
    [InlineData("127.0.0.1", "localhost:5080", false, true)]
    [InlineData("127.8.0.1", "127.0.0.1", false, true)]
    [InlineData("::1", "[::1]:5080", false, true)]
    [InlineData("::ffff:127.0.0.1", "localhost:5080", false, true)]
    [InlineData("127.0.0.1", "localhost:5080", true, false)]
    [InlineData("127.0.0.1", "rebound.example:5080", false, false)]
    [InlineData("127.0.0.1", null, false, false)]
    [InlineData("192.168.0.7", "localhost:5080", false, false)]
    [InlineData("172.17.0.1", "127.0.0.1:5080", false, false)]
    [InlineData(null, "localhost", false, false)]
    public void WithoutPasswords_OnlyTheMachineItselfMay(string? address, string? host, bool isForwarded, bool may)
    {
        var visitor = new EditorVisitor(null, address is null ? null : IPAddress.Parse(address), host, isForwarded);

        Assert.Equal(may, May(Open, visitor));
    }

    [Theory]
    [InlineData("alice", "203.0.113.5", true)]
    [InlineData(null, "127.0.0.1", false)]
    public void WithPasswords_WhoeverIsSignedInMay(string? name, string address, bool may)
    {
        Assert.Equal(may, May(WithPasswords, new EditorVisitor(name, IPAddress.Parse(address), "hub.example", IsForwarded: true)));
    }

    private static bool May(RegistryConfiguration configuration, EditorVisitor visitor)
    {
        try
        {
            EditorAccess.Require(configuration, visitor);
            return true;
        }
        catch (EditorAccessException exception)
        {
            Assert.NotEmpty(exception.Message);
            return false;
        }
    }
}
