using Portal.Registry.Configuration.Editing;
using Portal.Web.Components.Webhooks;

namespace Portal.Tests.Unit.Web;

public sealed class EndpointDraftTests
{
    private const string File = """
        version: 0.1
        notifications:
          endpoints:
            - name: alerts   # the night shift
              url: https://bot:hidden-one@listener.example.com/a
              headers:
                Authorization: [Bearer hidden-two]
                X-Team: [night]
              timeout: 5s
              ignoredmediatypes: [a/b]
              ignore: {actions: [pull]}
            - name: other
              url: https://other.example.com
        portal:
          notifications:
            endpoints:
              - {name: alerts, secret: hidden-three, format: slack, tags: ['v*']}

        """;

    private static readonly string Shown = SecretMask.Hide(File)!;

    [Fact]
    public void Read_AnEndpoint_IsWhatBothSectionsSay_WithoutSecrets()
    {
        var draft = EndpointDraft.Read(Shown, "alerts")!;

        Assert.Equal("https://bot:(hidden)@listener.example.com/a", draft.Url);
        Assert.Equal(("5s", "", "slack", "v*", "a/b"), (draft.Timeout, draft.Threshold, draft.Format, draft.Tags, draft.IgnoredMediaTypes));
        Assert.Equal(["Authorization", "X-Team"], draft.Headers.Select(header => header.Name));
        Assert.All(draft.Headers, header => Assert.Equal(("", true), (header.Value, header.IsKept)));
        Assert.Equal(("", true), (draft.Secret, draft.HasSecret));
        Assert.Equal(["pull"], draft.IgnoredActions);
        Assert.Null(EndpointDraft.Read(Shown, "none"));
    }

    [Fact]
    public void WriteInto_Untouched_ChangesOldNamesAlone_AndKeepsEverySecret()
    {
        var edited = EndpointDraft.Read(Shown, "alerts")!.WriteInto(Shown);

        var restored = SecretMask.Restore(edited, File);
        Assert.Empty(restored.Problems);
        Assert.Equal(
            File.Replace("      ignoredmediatypes: [a/b]\n", "").Replace("{actions: [pull]}", "{actions: [pull], mediatypes: [a/b]}"),
            restored.Text);
    }

    /// <summary>A test of the endpoint would send them there.</summary>
    [Theory]
    [InlineData("https://bot:(hidden)@listener.example.com/b", false, false)]
    [InlineData("https://bot:(hidden)@other.example.com/a", false, true)]
    [InlineData("https://bot:(hidden)@other.example.com/a", true, true)]
    [InlineData("https://other.example.com/a", false, true)]
    [InlineData("https://other.example.com/a", true, false)]
    [InlineData("http://listener.example.com/a", false, true)]
    [InlineData("https://listener.example.com:8443/a", false, true)]
    [InlineData("https://listener.example.com:443/a", false, false)]
    public void SecretsThatAreKept_GoToNoOtherServer(string url, bool typesHeaders, bool sendsElsewhere)
    {
        var draft = EndpointDraft.Read(Shown, "alerts")!;
        draft.Url = url;
        draft.Headers.ForEach(header => header.Value = typesHeaders ? "typed" : "");

        Assert.Equal(sendsElsewhere, draft.SendsSecretsElsewhere);
    }

    [Fact]
    public void WriteInto_OneHeaderTypedAnew_LeavesTheOther()
    {
        var draft = EndpointDraft.Read(Shown, "alerts")!;
        draft.Headers[0].Value = "Bearer new";
        draft.AddHeader();
        (draft.Headers[2].Name, draft.Headers[2].Value) = ("X-New", "1");

        var text = SecretMask.Restore(draft.WriteInto(Shown), File).Text;

        var headers = new YamlReading(text);
        Assert.Equal(
            ["Bearer new", "night", "1"],
            new[] { "Authorization", "X-Team", "X-New" }.Select(name => headers.Values(["notifications", "endpoints", "0", "headers", name]).Single()));
        Assert.Contains("bot:hidden-one@", text, StringComparison.Ordinal);
        Assert.Contains("hidden-three", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteInto_HeaderAndSecretTakenOut_AreGone()
    {
        var draft = EndpointDraft.Read(Shown, "alerts")!;
        draft.RemoveHeader(draft.Headers[0]);
        draft.HasSecret = false;

        var text = SecretMask.Restore(draft.WriteInto(Shown), File).Text;

        Assert.DoesNotContain("hidden-two", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-three", text, StringComparison.Ordinal);
        Assert.Contains("X-Team: [night]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("version: 0.1\nnotifications:\n  endpoints: []\n")]
    [InlineData("notifications:\n  endpoints:\n    - name: other\n      url: http://o\nportal:\n  title: a\n")]
    public void WriteInto_ANewOne_IsBesideWhatWasThere(string text)
    {
        var draft = new EndpointDraft { Name = " new ", Url = "http://n", Secret = "s", Format = "teams", Repositories = "a/*\n\n b/** ", IsDisabled = true };
        draft.AddHeader();
        (draft.Headers[0].Name, draft.Headers[0].Value) = ("Authorization", "Bearer x");

        var edited = draft.WriteInto(text);

        var read = EndpointDraft.Read(edited, "new")!;
        Assert.Equal(("http://n", "teams", "a/*\nb/**", true, true), (read.Url, read.Format, read.Repositories, read.HasSecret, read.IsDisabled));
        Assert.Equal("Authorization", Assert.Single(read.Headers).Name);
        Assert.Equal(text.Contains("other"), EndpointDraft.Exists(edited, "other"));
    }

    [Fact]
    public void WriteInto_NothingOfOurs_MakesNoSectionOfOurs()
    {
        var edited = new EndpointDraft { Name = "new", Url = "http://n" }.WriteInto("version: 0.1\n");

        Assert.Equal("version: 0.1\nnotifications:\n  endpoints:\n    - name: new\n      url: http://n\n", edited);
    }

    [Fact]
    public void RemoveFrom_TakesBothEntries_AndLeavesTheRest()
    {
        var text = EndpointDraft.RemoveFrom(Shown, "alerts");

        Assert.False(EndpointDraft.Exists(text, "alerts"));
        Assert.True(EndpointDraft.Exists(text, "other"));
        Assert.DoesNotContain("alerts", text, StringComparison.Ordinal);
    }
}
