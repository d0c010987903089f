using Microsoft.Extensions.Time.Testing;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Storage.Tags;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Tags;

/// <summary>What <see cref="TagStore.ListNamesAsync"/> remembers, and what makes it look again.</summary>
public sealed class TagNamesTests : IDisposable
{
    private static readonly RepositoryName Name = RepositoryName.Parse("team/app");
    private static readonly Digest Target = Digest.Parse("sha256:" + new string('a', 64));

    // Set on the folder, so that no test depends on how finely the file system's clock ticks.
    private static readonly DateTime Old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TempFolder _folder = new();
    private readonly FileSystemDriver _driver;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(Old.AddDays(1)));
    private readonly TagStore _tags;
    private readonly string _tagsFolder;

    public TagNamesTests()
    {
        _driver = new FileSystemDriver(_folder.Path, maxThreads: 25);
        _tags = new TagStore(_driver, _time, 1);
        _tagsFolder = _folder.Combine(RegistryPaths.Tags(Name).ToRelative());
    }

    public void Dispose()
    {
        _driver.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ListNames_OfASettledFolder_IsRememberedWhileItsTimeIsTheSame()
    {
        AddOnDisk("a", "c");
        SetFolderTime(Old);
        Assert.Equal(["a", "c"], await ListAsync());

        AddOnDisk("b");
        SetFolderTime(Old);

        Assert.Equal(["a", "c"], await ListAsync());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2000, false)]
    [InlineData(2001, true)]
    [InlineData(-60_000, false)]
    public async Task ListNames_OfAFolderOfThisAge_IsRememberedOnlyWhenSettled(int milliseconds, bool isRemembered)
    {
        AddOnDisk("a");
        SetFolderTime(_time.GetUtcNow().UtcDateTime.AddMilliseconds(-milliseconds));
        var changed = Directory.GetLastWriteTimeUtc(_tagsFolder);
        Assert.Equal(["a"], await ListAsync());

        AddOnDisk("b");
        SetFolderTime(changed);

        Assert.Equal(isRemembered ? ["a"] : ["a", "b"], await ListAsync());
    }

    [Fact]
    public async Task ListNames_OnceTheFolderSettles_IsRemembered()
    {
        AddOnDisk("a");
        SetFolderTime(_time.GetUtcNow().UtcDateTime);
        var changed = Directory.GetLastWriteTimeUtc(_tagsFolder);
        Assert.Equal(["a"], await ListAsync());

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["a"], await ListAsync());
        AddOnDisk("b");
        SetFolderTime(changed);

        Assert.Equal(["a"], await ListAsync());
    }

    [Fact]
    public async Task ListNames_AfterAnotherProcessAddedATag_HasItAtOnce()
    {
        AddOnDisk("a", "c");
        SetFolderTime(Old);
        await ListAsync();

        AddOnDisk("b");

        Assert.Equal(["a", "b", "c"], await ListAsync());
    }

    [Fact]
    public async Task ListNames_AfterAnotherProcessRemovedATag_LacksItAtOnce()
    {
        AddOnDisk("a", "b", "c");
        SetFolderTime(Old);
        await ListAsync();

        Directory.Delete(Path.Combine(_tagsFolder, "b"), recursive: true);

        Assert.Equal(["a", "c"], await ListAsync());
    }

    [Fact]
    public async Task ListNames_OfAFolderWithoutLink_LacksItUntilAPushRevivesIt()
    {
        AddOnDisk("a", "b", "c");
        File.Delete(Path.Combine(_tagsFolder, "b/current/link"));
        SetFolderTime(Old);
        Assert.Equal(["a", "c"], await ListAsync());
        Assert.Equal(["c"], await ListAsync("a", 1));

        await _tags.SetAsync(Name, Tag.Parse("b"), Target, default);

        Assert.Equal(Old, Directory.GetLastWriteTimeUtc(_tagsFolder));
        Assert.Equal(["a", "b", "c"], await ListAsync());
    }

    [Fact]
    public async Task ListNames_OfAnEmptyLink_IsNoTag()
    {
        AddOnDisk("a", "b");
        File.WriteAllBytes(Path.Combine(_tagsFolder, "a/current/link"), []);
        SetFolderTime(Old);

        Assert.Equal(["b"], await ListAsync());
    }

    [Fact]
    public async Task ListNames_AfterADeleteThatLeftItsFolder_LacksTheTag()
    {
        AddOnDisk("a", "b");
        SetFolderTime(Old);
        await ListAsync();

        await _tags.DeleteAsync(Name, Tag.Parse("a"), default);
        Directory.CreateDirectory(Path.Combine(_tagsFolder, "a"));
        SetFolderTime(Old);

        Assert.Equal(["b"], await ListAsync());
    }

    [Theory]
    [InlineData(null, 2, "10,9")]
    [InlineData(null, 0, "")]
    [InlineData("9", 2, "A,a")]
    [InlineData("Z", 2, "a,a-b")]
    [InlineData("a-b", int.MaxValue, "a.b,b")]
    [InlineData("a.b", 5, "b")]
    [InlineData("b", 5, "")]
    [InlineData("zzz", 5, "")]
    [InlineData("!", 1, "10")]
    public async Task ListNames_Page_IsTheSameSettledOrNot(string? after, int limit, string expected)
    {
        AddOnDisk("b", "A", "a-b", "a", "a.b", "10", "9");
        await File.WriteAllTextAsync(Path.Combine(_tagsFolder, "file"), "no tag", default);
        Directory.CreateDirectory(Path.Combine(_tagsFolder, "not a tag"));
        var unsettled = await ListAsync(after, limit);
        SetFolderTime(Old);

        Assert.Equal(expected, string.Join(',', unsettled));
        Assert.Equal(expected, string.Join(',', await ListAsync(after, limit)));
        Assert.Equal(expected, string.Join(',', await ListAsync(after, limit)));
    }

    [Fact]
    public async Task ListNames_OfMoreThanAChunk_HasAllInOrder()
    {
        var expected = Enumerable.Range(0, 1_300).Select(number => $"v{number:0000}").ToArray();
        AddOnDisk(expected);
        File.Delete(Path.Combine(_tagsFolder, "v0100/current/link"));
        SetFolderTime(Old);
        expected = [.. expected.Where(name => name != "v0100")];

        Assert.Equal(expected, await ListAsync());
        Assert.Equal(expected, await ListAsync());
        Assert.Equal(expected.Take(600), await ListAsync(null, 600));
    }

    [Fact]
    public async Task ListNames_OfMoreThanMemoryMayHold_IsStreamed()
    {
        // 30,000 names of the greatest length take more than the half of the 16 MiB that one repository may.
        for (var number = 0; number < 30_000; number++)
        {
            Directory.CreateDirectory(Path.Combine(_tagsFolder, $"{number:00000}-{new string('x', Tag.MaxLength - 6)}"));
        }

        AddOnDisk("z1");
        SetFolderTime(Old);
        Assert.Equal(["z1"], await ListAsync());

        AddOnDisk("z2");
        SetFolderTime(Old);

        Assert.Equal(["z1", "z2"], await ListAsync());
    }

    [Fact]
    public async Task ListNames_OfADriverWithoutFolderTimes_IsNeverRemembered()
    {
        var tags = new TagStore(new InMemoryDriver(_time), _time, 1);
        Assert.Empty(await ListAsync(tags));
        await tags.SetAsync(Name, Tag.Parse("a"), Target, default);
        Assert.Equal(["a"], await ListAsync(tags));
        await tags.SetAsync(Name, Tag.Parse("b"), Target, default);

        Assert.Equal(["a", "b"], await ListAsync(tags));
    }

    private static async Task<string[]> ListAsync(TagStore tags, string? after = null, int limit = int.MaxValue)
    {
        var chunks = await tags.ListNamesAsync(Name, after, limit, default).ToListAsync();
        return [.. chunks.SelectMany(chunk => chunk.ToArray()).Select(tag => tag.ToString())];
    }

    private Task<string[]> ListAsync(string? after = null, int limit = int.MaxValue) => ListAsync(_tags, after, limit);

    private void SetFolderTime(DateTime time) => Directory.SetLastWriteTimeUtc(_tagsFolder, time);

    /// <summary>As another process does, which tells nobody.</summary>
    private void AddOnDisk(params string[] names)
    {
        foreach (var name in names)
        {
            var current = Path.Combine(_tagsFolder, name, "current");
            Directory.CreateDirectory(current);
            File.WriteAllText(Path.Combine(current, "link"), Target.ToString());
        }
    }
}
