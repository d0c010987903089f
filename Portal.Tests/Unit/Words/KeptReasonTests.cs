using Portal.Storage.Accounts;
using Portal.Storage.Layers;
using Portal.Storage.Reasons;

namespace Portal.Tests.Unit.Words;

public sealed class KeptReasonTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSentenceWithItsNameAndValues_AndThoseOfItsParts()
    {
        var part = new Reason(PatternProblem.Length, $"a pattern has 1 to {256} characters");
        var reason = new Reason(LayerFault.OfImage, $"Layer {12345:N0} of \"{"ü\u001f[]"}\": {part} {0.5} {null}");

        var read = KeptReason.Read(KeptReason.Write(reason))!;

        Assert.Equal(reason.ToString().Replace('\u001f', ' '), read.ToString());
        Assert.Equal("LayerFault.OfImage", read.Name);
        Assert.Equal([12345L, "ü\u001f[]", 0.5, null], new object?[] { read.Values[0], read.Values[1], read.Values[3], read.Values[4] });
        var nested = Assert.IsType<Reason>(read.Values[2]);
        Assert.Equal(("PatternProblem.Length", "a pattern has 1 to 256 characters"), (nested.Name, nested.ToString()));
        Assert.Equal([256L], nested.Values);
        Assert.Equal(KeptReason.Write(reason), KeptReason.Write(read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("The layer is damaged.")]
    [InlineData("answered 500 \u001f")]
    [InlineData("answered 500 \u001f{}")]
    [InlineData("answered 500 \u001f[]")]
    [InlineData("answered 500 \u001f[1]")]
    [InlineData("answered 500 \u001f[\"A.B\", [1]]")]
    public void Read_ATextOfBefore_IsThatSentence(string text)
    {
        var read = KeptReason.Read(text)!;

        Assert.Equal(text, read.ToString());
        Assert.Null(read.Name);
        Assert.Equal(text.Replace('\u001f', ' '), KeptReason.Write(read));
    }

    [Fact]
    public void Write_WhatQuotesTheSeparator_HasTheWholeSentenceBeforeIt()
    {
        var kept = KeptReason.Write(new Reason(LayerFault.OfImage, $"a\u001f{"b\u001fc"} d"))!;

        Assert.StartsWith("a b c d" + KeptReason.End, kept, StringComparison.Ordinal);
        Assert.Equal("b\u001fc", KeptReason.Read(kept)!.Values.Single());
    }

    [Fact]
    public void Write_AListOfMany_IsSmall_AndReadAgain()
    {
        var list = ReasonList.WithSemicolons([.. Enumerable.Range(0, 50).Select(number => new Reason(PatternProblem.Length, $"\"ü\" has {number}"))])!;

        var kept = KeptReason.Write(list)!;

        Assert.StartsWith("\"ü\" has 0; \"ü\" has 1; ", kept, StringComparison.Ordinal);
        Assert.InRange(kept.Length, 1, 10_000);
        Assert.Equal(kept, KeptReason.Write(KeptReason.Read(kept)));
    }

    [Fact]
    public void Lists_OfOneAndOfNothing_AreThat()
    {
        var one = new Reason(PatternProblem.Length, $"too long");

        Assert.Same(one, ReasonList.WithCommas([one]));
        Assert.Null(ReasonList.WithCommas([]));
    }

    [Fact]
    public void Nothing_IsKeptAsNothing()
    {
        Assert.Null(KeptReason.Write(null));
        Assert.Null(KeptReason.Read(null));
    }
}
