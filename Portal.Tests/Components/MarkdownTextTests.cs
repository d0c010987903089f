using System.Diagnostics;
using AngleSharp.Dom;
using Bunit;
using Portal.Web.Components.Markdown;

namespace Portal.Tests.Components;

/// <summary>Untrusted Markdown: what is shown of it, and that nothing of it can run, load or hang.</summary>
public sealed class MarkdownTextTests : BunitContext
{
    private static readonly string[] Elements =
    [
        "div", "p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "pre", "code", "blockquote", "hr", "br", "em", "strong", "del", "a", "table", "tbody", "tr", "th", "td",
    ];

    private static readonly string[] Attributes = ["class", "href", "rel", "id", "start", "tabindex"];

    public static TheoryData<string> Hostile =>
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "text <b onclick=\"alert(1)\">bold</b>",
        "<div>\n\n# heading\n\n</div>",
        "<!-- comment --><iframe src=\"https://evil.example\"></iframe>",
        "<svg onload=alert(1)>\n<style>*{display:none}</style>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java&#115;cript:alert(1))",
        "[a](&#x6A;avascript&colon;alert(1))",
        "[a](javascript&#58;alert(1))",
        "[a](<java\tscript:alert(1)>)",
        "[a]( javascript:alert(1))",
        "[a](\u0001javascript:alert(1))",
        "[a](vbscript:msgbox(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](file:///etc/passwd)",
        "[a](//evil.example)",
        "[a](/settings/users)",
        "[a](https:evil)",
        "[a](http://)",
        "[a]: javascript:alert(1)\n\n[a]",
        "<javascript:alert(1)>",
        "<vbscript:x>",
        "![a](javascript:alert(1))",
        "![a](data:image/svg+xml;base64,PHN2Zz4=)",
        "![x](https://evil.example/pixel.png \"onerror=alert(1)\")",
        "![\" onerror=\"alert(1)](https://evil.example/pixel.png)",
        "[a](https://ok.example/\"onmouseover=\"alert(1))",
        "[a](https://ok.example \"title\" onclick=alert(1))",
        "# <script>alert(1)</script>",
        "`<script>alert(1)</script>`",
        "```html\n<script>alert(1)</script>\n```",
        "| <script> | b |\n|---|---|\n| [a](javascript:x) | <img src=x> |",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "# a\" onmouseover=\"alert(1)",
        "[a](#\" onclick=\"alert(1))",
        "- [ ] <input onfocus=alert(1) autofocus>",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Text_Hostile_IsHarmless(string text)
    {
        var shown = Render(text);

        foreach (var element in shown.FindAll("*"))
        {
            Assert.Contains(element.LocalName, Elements);
            Assert.All(element.Attributes, attribute => Assert.Contains(attribute.Name, Attributes));
        }

        Assert.All(shown.FindAll("a"), link => Assert.Matches("^(https?://[^\"]+|mailto:[^\"]+|r/app#md-[\\w-]*)$", link.GetAttribute("href")!));
        Assert.All(shown.FindAll("a[href^=http]"), link => Assert.Equal("noopener noreferrer nofollow", link.GetAttribute("rel")));
    }

    [Theory]
    [InlineData("*a* **b** ~~c~~ `d`", "<em>a</em> <strong>b</strong> <del>c</del> <code>d</code>")]
    [InlineData("[a](https://example.com/x?y=1&z=2)", "href=\"https://example.com/x?y=1&amp;z=2\"")]
    [InlineData("<https://example.com/>", "href=\"https://example.com/\"")]
    [InlineData("see https://example.com/a now", "href=\"https://example.com/a\"")]
    [InlineData("[m](mailto:a@example.com)", "href=\"mailto:a@example.com\"")]
    [InlineData("![a picture](https://example.com/p.png)", ">a picture</a>")]
    [InlineData("- a\n- b", "<ul><li>a</li><li>b</li></ul>")]
    [InlineData("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>")]
    [InlineData("> quoted", "<blockquote><p>quoted</p></blockquote>")]
    [InlineData("| a | b |\n|---|---|\n| 1 | 2 |", "<tr><td>1</td><td>2</td></tr>")]
    [InlineData("- [x] done", "<li>☑ done</li>")]
    [InlineData("&copy; &amp; &lt;", "© &amp; &lt;")]
    [InlineData("a  \nb", "a<br>b")]
    [InlineData("<b>", "&lt;b&gt;")]
    public void Text_Markdown_IsShown(string text, string expected)
    {
        Assert.Contains(expected, Render(text).Markup.Replace(" />", ">", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Headings_StayInOrderBelowThePages_AndAnchorsLeadToThem()
    {
        var shown = Render("# One\n\n#### Deep\n\n# One\n\n[go](#one-1)");

        Assert.Equal(["H3:md-one", "H4:md-deep", "H3:md-one-1"], shown.FindAll("h3, h4").Select(heading => $"{heading.TagName}:{heading.Id}"));
        Assert.Equal("r/app#md-one-1", shown.Find("a").GetAttribute("href"));
    }

    [Fact]
    public void BadgeWithALink_IsOneLink()
    {
        var link = Assert.Single(Render("[![build](https://ci.example/badge.svg)](https://ci.example)").FindAll("a"));

        Assert.Equal(("build", "https://ci.example/"), (link.TextContent, link.GetAttribute("href")));
    }

    [Theory]
    [InlineData("> ")]
    [InlineData("[")]
    [InlineData("![")]
    [InlineData("*a **b ")]
    [InlineData("- \n  ")]
    [InlineData("* ")]
    [InlineData("`")]
    [InlineData("<")]
    [InlineData("|a")]
    [InlineData("[a](")]
    [InlineData("[a]: x\n")]
    [InlineData("&")]
    [InlineData("~~")]
    [InlineData("a@")]
    [InlineData("https://a ")]
    [InlineData("_")]
    [InlineData("# a\n")]
    [InlineData("# a-1\n# a\n")]
    public void Text_RepeatedToTheLimit_TakesBoundedTime(string part)
    {
        var text = Repeat(part, MarkdownText.MaxLength / part.Length);
        var started = Stopwatch.StartNew();

        Render(text);

        Assert.True(started.Elapsed < TimeSpan.FromSeconds(20), $"{started.Elapsed}");
    }

    [Theory]
    [InlineData(8000, 10_000)]
    [InlineData(100, 20_000)]
    public void Text_TableOfTooManyCells_IsShownAsItIsWritten_InBoundedTime(int columns, int rows)
    {
        var lines = new[] { Repeat("a|", columns), Repeat("-|", columns) }.Concat(Enumerable.Repeat("a|", rows));
        var text = string.Join('\n', lines);
        text = text[..Math.Min(text.Length, MarkdownText.MaxLength)];
        var started = Stopwatch.StartNew();

        var shown = Render(text);

        Assert.True(started.Elapsed < TimeSpan.FromSeconds(20), $"{started.Elapsed}");
        Assert.Empty(shown.FindAll("table"));
        Assert.Equal(text, shown.Find(".markdown").TextContent);
    }

    [Fact]
    public void Text_WideTable_IsATable()
    {
        var shown = Render($"{Repeat("a|", 90)}\n{Repeat("-|", 90)}\n{Repeat("b|", 90)}");

        Assert.Equal(90, shown.FindAll("td").Count);
    }

    [Fact]
    public void Text_BeyondTheLimit_IsNotParsed()
    {
        var shown = Render("# heading\n" + new string('x', 10 * 1024 * 1024));

        Assert.Empty(shown.FindAll("h3"));
        Assert.Equal(MarkdownText.MaxLength + 1, shown.Find(".markdown").TextContent.Length);
    }

    [Fact]
    public void Text_ThatMayScroll_IsReachedByTheKeyboard_AndAShortOneIsNot()
    {
        var longOne = Render(Repeat("words ", 200)).Find(".markdown");
        var shortOne = Render("A few words.").Find(".markdown");

        Assert.Equal(("0", "group", "Description"), (longOne.GetAttribute("tabindex"), longOne.GetAttribute("role"), longOne.GetAttribute("aria-label")));
        Assert.False(shortOne.HasAttribute("tabindex"));
    }

    private static string Repeat(string part, int times) => string.Concat(Enumerable.Repeat(part, times));

    private IRenderedComponent<MarkdownText> Render(string text) =>
        Render<MarkdownText>(parameters => parameters.Add(shown => shown.Text, text).Add(shown => shown.Address, "r/app"));
}
