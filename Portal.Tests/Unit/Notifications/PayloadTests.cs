using System.Text;
using System.Text.Json;
using Portal.Registry.Configuration;
using Portal.Registry.Notifications;

namespace Portal.Tests.Unit.Notifications;

public sealed class PayloadTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public void Of_Registry_IsUpstreamsEnvelopeAroundTheSameBytes()
    {
        var json = "{\"id\":  \"1\",\"odd\":1.50}";

        var payload = Payload.Of(PayloadFormat.Registry, Encoding.UTF8.GetBytes(json));

        Assert.Equal("application/vnd.docker.distribution.events.v1+json", payload.ContentType);
        Assert.Equal($"{{\"events\":[{json}]}}", Encoding.UTF8.GetString(payload.Body.Span));
    }

    [Fact]
    public void Of_Slack_SaysItInTextAndInBlocks()
    {
        var message = Message(PayloadFormat.Slack, Event(tag: "1.0"));

        Assert.Equal("alice pushed team/app:1.0 (sha256:0123456789ab)", message.GetProperty("text").GetString());
        var (section, context) = (message.GetProperty("blocks")[0], message.GetProperty("blocks")[1]);
        Assert.Equal("section", section.GetProperty("type").GetString());
        Assert.Equal("mrkdwn", section.GetProperty("text").GetProperty("type").GetString());
        Assert.Equal("`alice` pushed `team/app:1.0` (sha256:0123456789ab)", section.GetProperty("text").GetProperty("text").GetString());
        Assert.Equal("context", context.GetProperty("type").GetString());
        Assert.Equal(
            ["Repository: `team/app`", "Tag: `1.0`", $"Digest: `{Digest}`", "Time: `2026-01-02T03:04:05.6789Z`"],
            context.GetProperty("elements").EnumerateArray().Select(element => element.GetProperty("text").GetString()));
    }

    [Fact]
    public void Of_Teams_IsAMessageWithOneCard()
    {
        var message = Message(PayloadFormat.Teams, Event(tag: "1.0"));

        Assert.Equal("message", message.GetProperty("type").GetString());
        var attachment = Assert.Single(message.GetProperty("attachments").EnumerateArray());
        Assert.Equal("application/vnd.microsoft.card.adaptive", attachment.GetProperty("contentType").GetString());
        var card = attachment.GetProperty("content");
        Assert.Equal(("AdaptiveCard", "1.4"), (card.GetProperty("type").GetString(), card.GetProperty("version").GetString()));
        Assert.Equal(
            ["alice pushed team/app:1.0 (sha256:0123456789ab)", "Repository: team/app", "Tag: 1.0", $"Digest: {Digest}", "Time: 2026-01-02T03:04:05.6789Z"],
            card.GetProperty("body").EnumerateArray().Select(TextOfBlock));
        Assert.Equal("alice pushed team/app:1.0 (sha256:0123456789ab)", card.GetProperty("fallbackText").GetString());
    }

    [Fact]
    public void Of_Discord_SaysItAndMentionsNobody()
    {
        var message = Message(PayloadFormat.Discord, Event(tag: "1.0"));

        Assert.Equal(@"**alice** pushed **team/app:1.0** \(sha256:0123456789ab\)", message.GetProperty("content").GetString());
        Assert.Empty(message.GetProperty("allowed_mentions").GetProperty("parse").EnumerateArray());
        var embed = Assert.Single(message.GetProperty("embeds").EnumerateArray());
        Assert.Equal(JsonValueKind.Number, embed.GetProperty("color").ValueKind);
        Assert.Equal(
            ["Repository team/app", "Tag 1.0", $"Digest {Digest}", "Time 2026-01-02T03:04:05.6789Z"],
            embed.GetProperty("fields").EnumerateArray().Select(field => $"{field.GetProperty("name")} {field.GetProperty("value")}"));
    }

    [Fact]
    public void Of_CloudEvents_HasEachAttributeAndTheEventAsData()
    {
        var json = Event(tag: "1.0");

        var payload = Payload.Of(PayloadFormat.CloudEvents, json);

        Assert.Equal("application/cloudevents+json", payload.ContentType);
        var message = JsonDocument.Parse(payload.Body).RootElement;
        Assert.Equal(
            [
                "specversion=1.0", "id=e-1", "source=http://registry:5000", "type=io.registry-portal.push", "subject=team/app:1.0",
                "time=2026-01-02T03:04:05.6789Z", "datacontenttype=application/json",
            ],
            message.EnumerateObject().SkipLast(1).Select(property => $"{property.Name}={property.Value}"));
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(json).RootElement, message.GetProperty("data")));
    }

    [Theory]
    [InlineData("\"http://[::1\"", "registry:5000", "//registry:5000")]
    [InlineData("null", "registry:5000", "//registry:5000")]
    [InlineData("null", "", "/v2/")]
    public void Of_CloudEvents_WithoutAnAddress_HasASourceAllTheSame(string url, string host, string expected)
    {
        var json = $$"""{"request": {"host": "{{host}}"}, "target": {"url": {{url}}, "repository": "a", "digest": "{{Digest}}" } }""";

        var message = Message(PayloadFormat.CloudEvents, Encoding.UTF8.GetBytes(json));

        Assert.Equal(expected, message.GetProperty("source").GetString());
        Assert.Equal($"a@{Digest}", message.GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData("push", MediaType, "alice pushed team/app")]
    [InlineData("pull", MediaType, "alice pulled team/app")]
    [InlineData("delete", null, "alice deleted team/app")]
    [InlineData("push", "application/octet-stream", "alice pushed a layer of team/app")]
    [InlineData("pull", "application/octet-stream", "alice pulled a layer of team/app")]
    [InlineData("scan", MediaType, "alice scan team/app")]
    public void Sentence_OfEachAction_SaysWhoDidWhat(string action, string? mediaType, string expected) =>
        Assert.StartsWith(expected, Sentence(Event(action, mediaType: mediaType)));

    [Fact]
    public void Sentence_OfALayer_HasItsSize() =>
        Assert.Equal(
            "alice pushed a layer of team/app (sha256:0123456789ab, 12.0 MiB)",
            Sentence(Event(mediaType: "application/octet-stream", size: 12 * 1024 * 1024)));

    [Fact]
    public void Sentence_OfAnImage_HasTheSizeOfWhatItRefersTo_WhereThatIsKnown()
    {
        var json = """{"action":"push","target":{"repository":"a","tag":"b","size":700,"references":[{"size":1000},{"size":24}]},"actor":{}}""";

        Assert.Equal("somebody pushed a:b (1.0 KiB)", Sentence(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Sentence_OfAMount_SaysFromWhere() =>
        Assert.Equal(
            "somebody mounted a layer into a from b",
            Sentence("""{"action":"mount","target":{"repository":"a","fromRepository":"b"}}"""u8.ToArray()));

    [Theory]
    [InlineData("<!channel> & <http://evil|ok>", "&lt;!channel&gt; &amp; &lt;http://evil|ok&gt;")]
    [InlineData("`*b*`\n> quote", "'*b*' &gt; quote")]
    public void Of_Slack_HostileName_StaysText(string name, string expected) =>
        Assert.StartsWith(
            $"`{expected}` pushed ",
            Message(PayloadFormat.Slack, Event(actor: name)).GetProperty("blocks")[0].GetProperty("text").GetProperty("text").GetString());

    [Theory]
    [InlineData("@everyone **x** [a](http://b)", @"\@everyone \*\*x\*\* \[a\]\(http\://b\)")]
    [InlineData("a_b\\`|~\n# c", @"a\_b\\\`\|\~ \# c")]
    public void Of_Discord_HostileName_StaysText(string name, string expected) =>
        Assert.StartsWith($"**{expected}** pushed ", Message(PayloadFormat.Discord, Event(actor: name)).GetProperty("content").GetString());

    [Fact]
    public void Of_Teams_HostileName_IsInARun_WhichKnowsNoMarkup()
    {
        const string Name = "[x](http://evil) <at>all</at> \"}";

        var block = Message(PayloadFormat.Teams, Event(actor: Name)).GetProperty("attachments")[0].GetProperty("content").GetProperty("body")[0];

        Assert.Equal("RichTextBlock", block.GetProperty("type").GetString());
        Assert.Equal(Name, block.GetProperty("inlines")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData(PayloadFormat.Slack, 3000)]
    [InlineData(PayloadFormat.Discord, 2000)]
    public void Of_NameThatIsTooLong_IsCut(PayloadFormat format, int most)
    {
        var message = Message(format, Event(actor: new string('<', 5000), tag: new string('x', 128)));
        var text = format is PayloadFormat.Slack ? message.GetProperty("blocks")[0].GetProperty("text").GetProperty("text") : message.GetProperty("content");

        Assert.True(text.GetString()!.Length <= most, $"{text.GetString()!.Length}");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Of_EventWithNothingInIt_IsAMessageAllTheSame(PayloadFormat format) =>
        Assert.Equal(JsonValueKind.Object, Message(format, "{}"u8.ToArray()).ValueKind);

    [Fact]
    public void Signature_IsTheOneThatIsKnown() =>

        // The example of GitHub's documentation for webhooks.
        Assert.Equal(
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
            PayloadSignature.Of(new Secret("It's a Secret to Everybody"), "Hello, World!"u8));

    public static TheoryData<PayloadFormat> Formats => [.. Enum.GetValues<PayloadFormat>()];

    private const string MediaType = "application/vnd.oci.image.manifest.v1+json";

    private static JsonElement Message(PayloadFormat format, byte[] json) => JsonDocument.Parse(Payload.Of(format, json).Body).RootElement;

    private static string Sentence(byte[] json) => new EventText(JsonDocument.Parse(json).RootElement).Sentence(name => name);

    private static string TextOfBlock(JsonElement block) =>
        string.Concat(block.GetProperty("inlines").EnumerateArray().Select(run => run.GetProperty("text").GetString()));

    private static byte[] Event(
        string action = "push", string? tag = null, string actor = "alice", string? mediaType = MediaType, long size = 708) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = "e-1",
            timestamp = "2026-01-02T03:04:05.6789Z",
            action,
            target = new { mediaType, size, digest = Digest, length = size, repository = "team/app", url = $"http://registry:5000/v2/team/app/manifests/{Digest}", tag },
            request = new { id = "r-1", addr = "192.0.2.1:41234", host = "registry:5000", method = "PUT", useragent = "docker" },
            actor = new { name = actor },
            source = new { addr = "host:5000", instanceID = "i-1" },
        });
}
