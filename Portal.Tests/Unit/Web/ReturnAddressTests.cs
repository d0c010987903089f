using Portal.Web.SignIn;

namespace Portal.Tests.Unit.Web;

public sealed class ReturnAddressTests
{
    [Theory]
    [InlineData("r/team/app?q=x&page=2", "/r/team/app?q=x&page=2")]
    [InlineData("r/a/-/tags/1.0", "/r/a/-/tags/1.0")]
    [InlineData("/settings/config", "/settings/config")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Of_APage_IsItsPath(string? wanted, string path) => Assert.Equal(path, ReturnAddress.Of("", wanted));

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData(".//evil.example")]
    [InlineData("..//..//evil.example")]
    [InlineData("x/..//evil.example")]
    [InlineData("x/../../..//evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("\thttps://evil.example")]
    [InlineData("\r\nSet-Cookie: a=b")]
    [InlineData("@evil.example")]
    [InlineData("%2f%2fevil.example")]
    public void Of_AnythingElse_StaysOnThisHost(string wanted)
    {
        foreach (var pathBase in new[] { "", "/hub" })
        {
            var path = ReturnAddress.Of(pathBase, wanted);

            Assert.StartsWith(pathBase + "/", path, StringComparison.Ordinal);
            Assert.False(path.Length > 1 && path[1] is '/' or '\\', path);
            Assert.DoesNotContain(path, character => char.IsControl(character) || character == '\\');
            Assert.Equal("portal.example", new Uri(new Uri("http://portal.example/signin"), path).Host);
        }
    }

    [Fact]
    public void Of_BelowAPath_StaysBelowIt()
    {
        Assert.Equal("/hub/r/app", ReturnAddress.Of("/hub", "r/app"));
        Assert.Equal("/hub/", ReturnAddress.Of("/hub", "x/../../other"));
    }
}
