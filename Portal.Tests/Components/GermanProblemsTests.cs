using System.Text.RegularExpressions;
using Bunit;
using Portal.Registry.Configuration;
using Portal.Storage.Reasons;
using Portal.Tests.Unit.Configuration;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Settings;
using Portal.Web.Words;

namespace Portal.Tests.Components;

/// <summary>What is wrong with a configuration, in the words of a German page; programs and logs have it in English.</summary>
public sealed partial class GermanProblemsTests
{
    private const string Head = "version: 0.1\nstorage: inmemory\n";

    public GermanProblemsTests() => Language.German.Speak();

    [Theory]
    [InlineData("http:\n  addr: localhost\n", "http.addr „localhost“ passt hier nicht; erwartet wird host:port, etwa „:5000“")]
    [InlineData("http:\n  draintimeout: soon\n", "http.draintimeout „soon“ passt hier nicht; erwartet wird eine Dauer, etwa „10s“ oder „1h30m“")]
    [InlineData("log:\n  level: loud\n", "log.level „loud“ passt hier nicht; erwartet wird einer der Werte error, warn, info, debug")]
    [InlineData("log:\n  leval: info\n", "log.leval ist als Schlüssel nicht bekannt und wirkungslos; war „level“ gemeint?")]
    [InlineData("auth:\n  htpaswd: {}\n", "auth.htpaswd ist keiner der Namen none, silly, htpasswd, token; war „htpasswd“ gemeint?")]
    [InlineData("auth:\n  htpasswd: {path: /a}\n", "auth.htpasswd.realm fehlt; etwa „realm: Registry“ eintragen")]
    [InlineData("redis:\n  addr: r:1\n  minretrybackoff: 2h\n", "redis.minretrybackoff „2h“ passt hier nicht; erwartet wird eine Dauer von 0s bis 1h, etwa „0.008s“")]
    [InlineData("redis:\n  addr: r:1\n  poolsize: 5\nversion: 0.1\n", "version steht zweimal in einem Abschnitt, zuerst in Zeile 1; einen der beiden behalten")]
    [InlineData("proxy:\n  remoteurl: https://a.example.com\n", "proxy proxy wird von dieser Version noch nicht unterstützt; den Schlüssel entfernen")]
    [InlineData("http: {tls: {certificate: /none.pem, key: /none.key}}\n", "http.tls.certificate /none.pem: Diese Datei gibt es nicht")]
    [InlineData("validation: {manifests: {urls: {allow: ['(']}}}\n", "validation.manifests.urls.allow „(“ ist als regulärer Ausdruck nicht verwendbar: Eine runde Klammer ist nicht geschlossen")]
    [InlineData("http: {host: a\n", "ist kein YAML: Ein Abschnitt, der mit „{“ begann, ist davor nicht geschlossen; an sein Ende „}“ schreiben")]
    [InlineData("http: {\n", "ist kein YAML: Davor ist etwas nicht geschlossen, oder hier fehlt ein Wert; das Fehlende ergänzen und einen Wert, der mit Komma oder Klammer beginnt, in Anführungszeichen setzen")]
    public async Task Problem_OnAGermanPage_IsInGerman(string text, string expected)
    {
        Assert.Contains(expected, await ToldAsync(Head + text));
    }

    [Theory]
    [InlineData("a: - b\n", "Hier kann kein Eintrag einer Liste beginnen")]
    [InlineData("[a]\nb: 1\n", "Die Konfiguration endet vor dieser Zeile")]
    public void MistakeInYaml_OnAGermanPage_IsInGerman(string text, string expected)
    {
        var problems = ConfigurationLoader.Parse(text, "config.yml", ConfigurationText.Environment()).Problems;

        Assert.Contains(problems, problem => ReasonText.Of(problem.Reason).Contains(expected, StringComparison.Ordinal));
    }

    /// <summary>A row of another version must not break the page that shows it.</summary>
    [Theory]
    [InlineData("[\"KeyProblem.NoneOf\",\"a\"]")]
    [InlineData("[\"DeliveryFault.Refused\"]")]
    [InlineData("[\"ListNote.WithCommas\",[\"DeliveryFault.Refused\",\"in it\"]]")]
    public void KeptReason_WithOtherValuesThanItsWordsHave_IsInEnglish(string kept)
    {
        var read = KeptReason.Read("said before" + KeptReason.End + kept)!;

        Assert.NotNull(read.Name);
        Assert.Equal("said before", ReasonText.Of(read));
    }

    [Fact]
    public async Task ProblemOfAVariable_OnAGermanPage_IsInGerman()
    {
        var told = await ToldAsync(Head, "REGISTRY_LOG_LEVAL=info", "REGISTRY_HTTP_SECRET_FILE=/none");

        Assert.Contains("log.leval ist als Schlüssel nicht bekannt, daher ist REGISTRY_LOG_LEVAL wirkungslos; war „level“ gemeint?", told);
        Assert.Contains("Die Datei „/none“ gibt es nicht", told);
    }

    [Fact]
    public async Task EachBadFile_OnAGermanPage_HasNoEnglishLeft()
    {
        await using var pages = await PortalPages.CreateAsync();
        foreach (var row in BadFiles.Malformed.Concat(BadFiles.Wrong))
        {
            var problems = ConfigurationLoader.Parse(row.Data.Item2, "config.yml", ConfigurationText.Environment()).Problems;
            var told = Messages(pages, problems);

            Assert.Equal(problems.Count, told.Count);
            Assert.All(told, text => Assert.DoesNotMatch(English(), Quoted().Replace(text, "")));
            Assert.All(problems.Zip(told), pair => Assert.NotEqual(pair.First.Message, pair.Second));
        }
    }

    /// <summary>Each problem as it is read: the key, then what is wrong with it.</summary>
    private static async Task<IReadOnlyList<string>> ToldAsync(string text, params string[] variables)
    {
        await using var pages = await PortalPages.CreateAsync();
        var problems = ConfigurationLoader.Parse(text, "config.yml", ConfigurationText.Environment(variables)).Problems;
        return [.. problems.Zip(Messages(pages, problems), (problem, message) => $"{problem.Path} {message}".TrimStart())];
    }

    private static List<string> Messages(PortalPages pages, IReadOnlyList<ConfigurationProblem> problems) =>
        [.. pages.Render<ProblemList>(list => list.Add(shown => shown.Problems, problems)).FindAll(".message").Select(message => message.TextContent.Trim())];

    [GeneratedRegex(@"\b(is|are|the|write|keep|remove|which|not|and|line|of|for example)\b", RegexOptions.IgnoreCase)]
    private static partial Regex English();

    [GeneratedRegex("„[^“]*“")]
    private static partial Regex Quoted();
}
