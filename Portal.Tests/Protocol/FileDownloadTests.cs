using System.Net;
using Portal.Storage.Layers;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Web;
using Portal.Web.Hosting;

namespace Portal.Tests.Protocol;

/// <summary>Files out of images: saved, never shown, whatever they are and are called.</summary>
public sealed class FileDownloadTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly RepositoryName Name = RepositoryName.Parse("team/files");

    [Fact]
    public async Task File_IsSentWhole_ToBeSaved()
    {
        var text = string.Concat(Enumerable.Range(0, 50_000).Select(number => $"{number}\n"));
        var digest = await portal.Client.PushAsync("team/files", "1", new LayerBuilder().File("srv/index.html", text).Gzip());

        using var answer = await GetAsync(digest, "srv/index.html");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(("attachment", "index.html"), (answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileName));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(text.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(text, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task FileOfALayer_IsThatLayers()
    {
        var digest = await portal.Client.PushAsync("team/files", "2", new LayerBuilder().File("f", "old").Zstd(), new LayerBuilder().File("f", "new").Gzip());

        using var old = await GetAsync(digest, "f", layer: 0);
        using var whole = await GetAsync(digest, "f");

        Assert.Equal("old", await old.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("new", await whole.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("bad/<img src=x onerror=alert(1)>.txt", "_img src=x onerror=alert(1)_.txt")]
    [InlineData(@"bad/latin-\xe9", "latin-_xe9")]
    [InlineData("etc/passwd", "passwd")]
    public async Task HostileName_IsSavedUnderASafeOne(string path, string name)
    {
        var digest = await portal.Client.PushAsync("team/files", "hostile", LayeredImage.Hostile().Gzip());

        using var answer = await GetAsync(digest, FilePath.Parse(path));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(name, answer.Content.Headers.ContentDisposition!.FileNameStar ?? answer.Content.Headers.ContentDisposition.FileName!.Trim('"'));
    }

    [Theory]
    [InlineData("bad")]
    [InlineData("bad/cycle")]
    [InlineData("bad/hard")]
    [InlineData("bad/sparse")]
    [InlineData("../../../etc/passwd")]
    [InlineData("none")]
    [InlineData("")]
    public async Task WhatHasNoContent_IsNotFound(string path)
    {
        var digest = await portal.Client.PushAsync("team/files", "hostile", LayeredImage.Hostile().Gzip());

        using var answer = await GetAsync(digest, path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task OtherAddresses_AreNotFound()
    {
        var digest = await portal.Client.PushAsync("team/files", "3", new LayerBuilder().File("f").Gzip());
        foreach (var address in new[]
        {
            PortalUrls.Download(Name, Digest.Of("none"u8), null, "f"),
            PortalUrls.Download(RepositoryName.Parse("team/other"), digest, null, "f"),
            "download/team/files?path=f",
            "download/team/files/-/tags/3?path=f",
            "download/",
        })
        {
            using var http = new HttpClient { BaseAddress = portal.PortalAddress };
            using var answer = await http.GetAsync(address, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("a/b.txt", "b.txt")]
    [InlineData("a/..", "file")]
    [InlineData("a/ ", "file")]
    [InlineData("a/c:\\windows\n", "c__windows_x0a")]
    [InlineData("a/\u202egpj.exe", "_u202egpj.exe")]
    public void SavedName_IsHarmless(string path, string name)
    {
        Assert.Equal(name, FileDownload.NameFor(path));
    }

    private async Task<HttpResponseMessage> GetAsync(Digest digest, string path, int? layer = null)
    {
        using var http = new HttpClient { BaseAddress = portal.PortalAddress };
        return await http.GetAsync(PortalUrls.Download(Name, digest, layer, path), TestContext.Current.CancellationToken);
    }
}
