using System.Text;
using Portal.Web.Components.Controls;

namespace Portal.Tests.Unit.Web;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[],"c":{},"d":[1,{"e":null}]}""", "{\n  \"a\": 1,\n  \"b\": [],\n  \"c\": {},\n  \"d\": [\n    1,\n    {\n      \"e\": null\n    }\n  ]\n}")]
    [InlineData("""{"a":1E400,"a":"\u003cx>\/","b":1.50}""", "{\n  \"a\": 1E400,\n  \"a\": \"\\u003cx>\\/\",\n  \"b\": 1.50\n}")]
    [InlineData("\"x\"", "\"x\"")]
    [InlineData(" [ true , false ] ", "[\n  true,\n  false\n]")]
    public void Read_Json_ChangesNothingButSpace(string text, string expected)
    {
        Assert.Equal(expected, Text(JsonText.Read(Encoding.UTF8.GetBytes(text), 1000)!));
    }

    [Fact]
    public void Read_Tokens_AreStyledByWhatTheyAre()
    {
        var text = JsonText.Read("""{"k":["s",1,true]}"""u8, 1000)!;

        Assert.Equal(
            ["json-key", "json-string", "json-number", "json-word"],
            text.Lines.SelectMany(line => line).Select(piece => piece.Style).OfType<string>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{\"a\":1} x")]
    public void Read_AnythingElse_IsNull(string text)
    {
        Assert.Null(JsonText.Read(Encoding.UTF8.GetBytes(text), 1000));
    }

    [Fact]
    public void Read_VeryDeep_IsNoJsonForUs()
    {
        Assert.Null(JsonText.Read(Encoding.UTF8.GetBytes(new string('[', 100_000)), 100_000));
    }

    [Fact]
    public void Read_MoreLinesThanWanted_IsCut()
    {
        var text = JsonText.Read(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 1000))}]"), 10)!;

        Assert.True(text.IsCut);
        Assert.Equal(10, text.Lines.Count);
    }

    [Fact]
    public void Read_HugeValueAndInvalidUtf8_AreShortenedAndReplaced()
    {
        byte[] content = [.. "{\"a\":\""u8, .. Enumerable.Repeat((byte)'x', 100_000), .. "\",\"b\":\""u8, 0xFF, .. "\"}"u8];

        var text = Text(JsonText.Read(content, 1000)!);

        Assert.True(text.Length < 10_000);
        Assert.Contains("(100,000 bytes)", text, StringComparison.Ordinal);
        Assert.Contains("\uFFFD", text, StringComparison.Ordinal);
    }

    private static string Text(JsonText text) => string.Join('\n', text.Lines.Select(line => string.Concat(line.Select(piece => piece.Text))));
}
