using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData(":5000", "", 5000)]
    [InlineData(":0", "", 0)]
    [InlineData("localhost:5000", "localhost", 5000)]
    [InlineData("127.0.0.1:65535", "127.0.0.1", 65535)]
    [InlineData("[::1]:5000", "::1", 5000)]
    [InlineData("registry.example.com:443", "registry.example.com", 443)]
    public void Parse_HostAndPort_RoundTrips(string text, string host, int port)
    {
        var address = ListenAddress.Parse(text);

        Assert.Equal(new ListenAddress(host, port), address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("5000")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData(":65536")]
    [InlineData(":-1")]
    [InlineData(":http")]
    [InlineData("::1:5000")]
    [InlineData("[]:5000")]
    [InlineData("[localhost]:5000")]
    [InlineData("a b:5000")]
    [InlineData("http://localhost:5000")]
    public void TryParse_AnythingElse_IsRefused(string text)
    {
        Assert.False(ListenAddress.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ListenAddress.Parse(text));
    }

    [Theory]
    [InlineData(":5000", ":5000", true)]
    [InlineData(":5000", "127.0.0.1:5000", true)]
    [InlineData("127.0.0.1:5000", "127.0.0.2:5000", false)]
    [InlineData(":5000", ":5080", false)]
    [InlineData(":0", ":0", false)]
    public void Collides_SamePortOfTheSameAddress_IsTrue(string one, string other, bool expected) =>
        Assert.Equal(expected, ListenAddress.Parse(one).Collides(ListenAddress.Parse(other)));
}
