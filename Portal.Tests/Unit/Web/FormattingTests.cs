using Portal.Storage.Oci;
using Portal.Web;
using Portal.Web.Components;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Unit.Web;

public sealed class FormattingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1048575, "1.0 MiB")]
    [InlineData(1073741824, "1.0 GiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Format_Bytes_HasOneDecimalOfABinaryUnit(long bytes, string expected)
    {
        Assert.Equal(expected, ByteSize.Format(bytes));
    }

    [Theory]
    [InlineData("-00:05:00", "just now")]
    [InlineData("00:00:59", "just now")]
    [InlineData("00:01:00", "1 minute ago")]
    [InlineData("00:59:59", "59 minutes ago")]
    [InlineData("01:00:00", "1 hour ago")]
    [InlineData("1.00:00:00", "1 day ago")]
    [InlineData("29.23:00:00", "29 days ago")]
    [InlineData("60.00:00:00", "2 months ago")]
    [InlineData("365.00:00:00", "1 year ago")]
    [InlineData("20500.00:00:00", "56 years ago")]
    public void Describe_Age_IsTheLargestWholeUnit(string age, string expected)
    {
        Assert.Equal(expected, AgeText.Describe(Now - TimeSpan.Parse(age, System.Globalization.CultureInfo.InvariantCulture), Now));
    }

    [Fact]
    public void Exact_OtherZone_IsUtcAndSaysSo()
    {
        Assert.Equal("2026-03-01 12:00:00 UTC", AgeText.Exact(Now.ToOffset(TimeSpan.FromHours(5))));
    }

    [Fact]
    public void Abbreviate_Digest_KeepsAlgorithmAndTwelveDigits()
    {
        Assert.Matches("^sha512:[0-9a-f]{12}$", DigestText.Abbreviate(Digest.Of("x"u8, DigestAlgorithm.Sha512)));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(-3, 0)]
    [InlineData(1, 0)]
    [InlineData(3, 100)]
    [InlineData(int.MaxValue, 49_999_950)]
    public void Skip_AnyPage_IsNeverNegative(int? page, int expected)
    {
        Assert.Equal(expected, PageAddress.Skip(page, 50));
    }

    [Theory]
    [InlineData(null, "https://portal.example:8443/r/a", "portal.example:5000")]
    [InlineData(null, "http://[::1]:5080/", "[::1]:5000")]
    [InlineData("hub.example", "https://portal.example/", "hub.example")]
    public void RegistryAddress_HostSetOrNot_IsWhatAPullTakes(string? host, string page, string expected)
    {
        Assert.Equal(expected, new PortalSettings("Title", host, () => 5000).RegistryAddress(new Uri(page)));
    }

    [Theory]
    [InlineData("dark", Theme.Dark, "dark")]
    [InlineData("light", Theme.Light, "light")]
    [InlineData("\"><script>", Theme.System, null)]
    [InlineData(null, Theme.System, null)]
    public void Parse_ThemeCookie_GivesAKnownTheme(string? cookie, Theme expected, string? attribute)
    {
        Assert.Equal(expected, Themes.Parse(cookie));
        Assert.Equal(attribute, expected.AttributeValue());
    }
}
