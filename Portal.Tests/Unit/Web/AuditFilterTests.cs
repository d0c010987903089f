using Portal.Storage.Accounts;
using Portal.Web;

namespace Portal.Tests.Unit.Web;

public sealed class AuditFilterTests
{
    [Fact]
    public void Address_AndBack_IsTheSameFilter()
    {
        var filter = new AuditFilter
        {
            Search = "a&b",
            Action = AuditAction.TokenUsed,
            Actor = "ada",
            From = new DateOnly(2026, 11, 1),
            Until = new DateOnly(2026, 11, 30),
        };

        Assert.Equal("settings/audit?q=a%26b&action=tokenused&actor=ada&from=2026-11-01&until=2026-11-30&page=2", filter.Address(2));
        Assert.Equal(filter, AuditFilter.Parse("a&b", "tokenused", "ada", "2026-11-01", "2026-11-30"));
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), filter.ToQuery().Until);
    }

    [Theory]
    [InlineData("nothing", "1", "30.11.2026")]
    [InlineData("7", "", "9999-12-31")]
    [InlineData("-1", "2026-13-01", "x")]
    public void Parse_OfWhatMeansNothing_IsEmpty(string action, string from, string until)
    {
        Assert.True(AuditFilter.Parse(" ", action, "", from, until).IsEmpty);
    }
}
