using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Protocol;
using Portal.Storage.Oci;

namespace Portal.Tests.Fuzz;

/// <summary>The numbers of <c>Content-Range</c>, <c>Range</c> and <c>n</c>, against the grammar as regular expressions.</summary>
public sealed partial class RangeFuzzTests
{
    private static readonly string[] Pieces =
    [
        "bytes", "Bytes", "=", " ", "\t", "-", "--", "/", "*", ",", "0", "1", "5", "9", "10", "4096", "9223372036854775807", "9223372036854775808", "-1", "+1",
        "99999999999999999999999", "0x10", "1e3", "１", "\u0661", "\0", "é", "items", ".5", "00", "n=", "&", "last=", "%31", "%", ";", "?",
    ];

    [Fact]
    public Task Chunk_OfAnyText_IsWhatTheGrammarSays() => FuzzRun.RepeatAsync(60_000, random =>
    {
        var text = random.Damage(random.Pick((string[])["0-9", "5-5", "bytes 0-9/10", "bytes=0-9", "0-9223372036854775807"]), Pieces);

        var isTaken = ContentRange.TryParseChunk(text, out var range);

        var match = ChunkGrammar().Match(text);
        var first = Number(match.Groups["first"].Value);
        var last = Number(match.Groups["last"].Value);
        Assert.True((match.Success && first <= last && last <= long.MaxValue) == isTaken, $"'{text}': {isTaken}");
        if (isTaken)
        {
            Assert.Equal((first, last), (range.First, range.Last));
            Assert.Equal($"{first}-{last}", range.ToString());
        }
    });

    [Fact]
    public Task Range_OfAnyText_LiesInTheContent() => FuzzRun.RepeatAsync(60_000, random =>
    {
        var text = random.Damage(random.Pick((string[])["bytes=0-9", "bytes=5-", "bytes=-3", "bytes=0-1,4-5", "bytes=-0"]), Pieces);
        var size = random.Pick((long[])[0, 1, 5, 10, 4096, long.MaxValue]);

        var canBe = ContentRange.TrySatisfy(text, size, out var range);

        var match = RangeGrammar().Match(text);
        if (!match.Success || Expect(match, size) is not { } expected)
        {
            Assert.True(canBe && range is null, $"'{text}' is to be ignored");
        }
        else if (expected.First >= size || expected.Length <= 0)
        {
            Assert.False(canBe, $"'{text}' lies outside of {size}");
        }
        else
        {
            Assert.True(canBe, $"'{text}' lies in {size}");
            Assert.Equal(expected, range);
            Assert.InRange(range!.Value.First, 0, range.Value.Last);
            Assert.InRange(range.Value.Last, 0, size - 1);
        }
    });

    [Fact]
    public Task Page_OfAnyQuery_IsAPageOrRefused() => FuzzRun.RepeatAsync(20_000, random =>
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString("?" + random.Damage(random.Pick((string[])["n=10", "n=5&last=a", "last=a%2Fb&n=0", ""]), Pieces));
        var most = random.Pick((int?[])[null, 0, 1000]);

        try
        {
            var page = Pagination.Read(request, most);

            Assert.InRange(page.Count ?? 0, 0, most ?? int.MaxValue);
            Assert.NotEqual(string.Empty, page.Last);
        }
        catch (OciException exception)
        {
            Assert.Equal(ErrorCode.PaginationNumberInvalid, exception.Code);
        }
    });

    /// <returns>Null when the numbers make no range, so that the header is ignored.</returns>
    private static ContentRange? Expect(Match match, long size)
    {
        var (first, last) = (Number(match.Groups["first"].Value), Number(match.Groups["last"].Value));
        if (first > long.MaxValue || last > long.MaxValue || last < first || (first is null && last is null))
        {
            return null;
        }

        return first is { } begin
            ? new ContentRange((long)begin, (long)BigInteger.Min(last ?? long.MaxValue, size - 1))
            : new ContentRange((long)BigInteger.Max(0, size - last!.Value), size - 1);
    }

    private static BigInteger? Number(string text) =>
        text.Length == 0 ? null : BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A\s*(?:bytes[ =]*)?(?<first>[0-9]+)-(?<last>[0-9]+)(?:/.*|\s*)\z", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex ChunkGrammar();

    [GeneratedRegex(@"\A\s*bytes=\s*(?<first>[0-9]*)\s*-\s*(?<last>[0-9]*)\s*\z", RegexOptions.IgnoreCase)]
    private static partial Regex RangeGrammar();
}
