using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Web;

namespace Portal.Tests.Unit.Web;

public sealed class PortalUrlsTests
{
    private static readonly RepositoryName Name = RepositoryName.Parse("team/sub-group/app");
    private static readonly Digest Content = Digest.Of("content"u8);

    [Theory]
    [InlineData("latest")]
    [InlineData("_x")]
    [InlineData("1.0-rc.1")]
    [InlineData("tags")]
    [InlineData("a-")]
    public void Tag_AnyName_ComesBackFromItsAddress(string text)
    {
        var address = PortalUrls.Tag(Name, Tag.Parse(text));

        Assert.True(PortalUrls.TryParse(address["r/".Length..], out var name, out var reference));
        Assert.Equal(Name, name);
        Assert.Equal(Reference.FromTag(Tag.Parse(text)), reference);
    }

    [Fact]
    public void Manifest_Digest_ComesBackFromItsAddress()
    {
        var address = PortalUrls.Manifest(Name, Content);

        Assert.Equal($"r/team/sub-group/app/-/manifests/{Content}", address);
        Assert.True(PortalUrls.TryParse(address["r/".Length..], out var name, out var reference));
        Assert.Equal(Name, name);
        Assert.Equal(Reference.FromDigest(Content), reference);
    }

    [Fact]
    public void Files_ComeBackFromTheirAddress()
    {
        var address = PortalUrls.Files(Name, Content, new FileQuery(Layer: 2, Path: "a&b/\u202e#", Search: " ", Sort: FileSort.Size, Descending: true));

        Assert.Equal($@"r/team/sub-group/app/-/manifests/{Content}/files?layer=3&path=a%26b%2F%5Cu202e%23&sort=size&desc=true", address);
        Assert.True(PortalUrls.TryParseFiles(address["r/".Length..address.IndexOf('?', StringComparison.Ordinal)], out var name, out var digest));
        Assert.Equal((Name, Content), (name, digest));
        Assert.Equal(2, PortalUrls.LayerOf("3"));
        Assert.All(["0", "-1", "x", "99999999999", null], text => Assert.Null(PortalUrls.LayerOf(text)));
    }

    [Theory]
    [InlineData("files")]
    [InlineData("app/files")]
    [InlineData("app/-/tags/files")]
    [InlineData("app/-/tags/1/files")]
    [InlineData("app/-/manifests/sha256:12/files")]
    [InlineData(null)]
    public void OtherAddresses_AreNotOfFiles(string? path)
    {
        Assert.False(PortalUrls.TryParseFiles(path, out _, out _));
    }

    [Theory]
    [InlineData("tags")]
    [InlineData("team/tags/manifests")]
    [InlineData("a/b/c/d")]
    public void Repository_NameOfReservedWords_IsTheRepository(string text)
    {
        Assert.True(PortalUrls.TryParse(text, out var name, out var reference));
        Assert.Equal(RepositoryName.Parse(text), name);
        Assert.Null(reference);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("../etc")]
    [InlineData("app/-/")]
    [InlineData("app/-/tags/")]
    [InlineData("app/-/tags/.hidden")]
    [InlineData("app/-/tags/a/b")]
    [InlineData("app/-/manifests/sha256:12")]
    [InlineData("app/-/files/x")]
    [InlineData("/-/tags/x")]
    public void TryParse_AddressOfNothing_IsFalse(string? path)
    {
        Assert.False(PortalUrls.TryParse(path, out _, out _));
    }

    [Fact]
    public void Catalog_Defaults_HasNoQuery()
    {
        Assert.Equal("./", PortalUrls.Catalog(new RepositoryQuery()));
    }

    [Fact]
    public void Catalog_SearchSortAndPage_AreInTheAddress()
    {
        var query = new RepositoryQuery { Search = "a&b #/ü", Sort = RepositorySort.LastPush, Descending = true, Skip = 100, Take = 50 };

        Assert.Equal("./?q=a%26b%20%23%2F%C3%BC&sort=lastpush&desc=true&page=3", PortalUrls.Catalog(query));
    }

    [Fact]
    public void Repository_NewestFirst_IsTheDefaultAndOldestFirstIsNot()
    {
        Assert.Equal("r/team/sub-group/app", PortalUrls.Repository(Name, new TagQuery()));
        Assert.Equal("r/team/sub-group/app?sort=pushedat", PortalUrls.Repository(Name, new TagQuery { Descending = false }));
    }

    [Theory]
    [InlineData("size", TagSort.Size)]
    [InlineData("7", TagSort.Name)]
    [InlineData("nonsense", TagSort.Name)]
    [InlineData(null, TagSort.Name)]
    public void ParseSort_AnyText_IsASortOrTheFallback(string? text, TagSort expected)
    {
        Assert.Equal(expected, PortalUrls.ParseSort(text, TagSort.Name));
    }
}
