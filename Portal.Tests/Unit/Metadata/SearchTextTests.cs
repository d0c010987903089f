using Portal.Storage.Metadata;

namespace Portal.Tests.Unit.Metadata;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  \t\r\n ")]
    [InlineData("\0\u0001\u007f")]
    public void Parse_NoText_IsNull(string? text)
    {
        Assert.Null(SearchText.Parse(text));
    }

    [Theory]
    [InlineData(" app ", "app")]
    [InlineData("a\0b\nc", "a b c")]
    [InlineData("a%_\"'*", "a%_\"'*")]
    public void Parse_Text_KeepsWhatIsText(string text, string expected)
    {
        Assert.Equal(expected, SearchText.Parse(text)!.Text);
    }

    [Fact]
    public void Parse_HalfASurrogatePair_BecomesAReplacement()
    {
        Assert.Equal("a\uFFFDb", SearchText.Parse("a\uD83Db")!.Text);
    }

    [Fact]
    public void Parse_VeryLongText_IsCutBetweenCharacters()
    {
        var text = SearchText.Parse(string.Concat(Enumerable.Repeat("😀", 100_000)))!.Text;

        Assert.Equal(SearchText.MaxLength, text.Length);
        Assert.DoesNotContain('\uFFFD', text);
    }
}
