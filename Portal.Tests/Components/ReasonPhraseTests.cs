using Bunit;
using Portal.Registry.Activity;
using Portal.Storage.History;
using Portal.Storage.Reasons;
using Portal.Web.Components.Controls;
using Portal.Web.Words;

namespace Portal.Tests.Components;

public sealed class ReasonPhraseTests : BunitContext
{
    private static readonly Reason Named = new(ActivityNote.BlobsFreed, $"{2} blobs, {123_456_789} bytes");

    [Fact]
    public void Reason_WithoutWordsOfTheLanguage_IsToldToBeEnglish() => Language.German.During(() =>
    {
        Assert.Equal("<span lang=\"en\">gone</span>", Shown(Reason.Plain("gone")));
        Assert.Equal("2 Blobs, 123456789 Bytes", Shown(Named));
        Assert.Equal("–", Shown(null));
    });

    [Fact]
    public void Reason_InEnglish_IsNotToldApart() => Assert.Equal("gone", Shown(Reason.Plain("gone")));

    [Theory]
    [InlineData("en", "2 blobs, 117.7 MiB")]
    [InlineData("de", "2 Blobs, 117,7 MiB")]
    public void Activity_CountOfBytes_IsASizeAsPeopleReadIt(string code, string expected) => Language.Find(code)!.During(() =>
    {
        Assert.Equal(expected, ActivityText.Of(Named, ActivityKind.GarbageCollection));
        Assert.Equal(expected, ActivityText.Of(KeptReason.Read(KeptReason.Write(Named))!, ActivityKind.GarbageCollection));
        Assert.Equal("log.bytes 12 bytes", ActivityText.Of(Reason.Plain("log.bytes 12 bytes"), ActivityKind.ConfigurationChange));
    });

    private string Shown(Reason? reason) =>
        Render<ReasonPhrase>(parameters => parameters.Add(phrase => phrase.Reason, reason).Add(phrase => phrase.Unknown, "–")).Markup.Trim();
}
