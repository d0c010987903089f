using Portal.Registry;
using Portal.Registry.Copying;
using Portal.Storage.Oci;

namespace Portal.Web.Api;

/// <summary>Copies of images by mount: to another repository, or under another tag.</summary>
internal sealed class CopiesApi(ImageCopier copier) : ApiResource
{
    public override string Name => "Copies";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Change(
            "copyImage", HttpMethods.Post, "repositories/{name}/-/copies", "Copies an image of the repository, without moving a byte", ApiJson.Default.ApiCopied, CopyAsync) with
        {
            Status = StatusCodes.Status201Created,
            Note = "Needs the right to push where it goes, and makes the events of a push. The answer comes when all of it is there; a client that leaves stops it, and what is copied by then stays without the tag.",
            Body = ApiJson.Default.ApiCopy,
            Example = """{"reference":"1.0","to":"team/app","tag":"stable"}""",
        },
    ];

    private async Task<ApiCopied?> CopyAsync(ApiRequest request)
    {
        var wanted = await request.ReadAsync(ApiJson.Default.ApiCopy);
        var to = wanted.To is null ? request.Name : RepositoryName.Parse(wanted.To);
        Tag? tag = wanted.Tag is null ? null : Tag.Parse(wanted.Tag);
        var copy = new CopyRequest
        {
            From = request.Name,
            Reference = Reference.Parse(wanted.Reference),
            To = to,
            Tag = tag,
            WithReferrers = wanted.Referrers ?? true,
            Expected = wanted.Expected switch
            {
                null => null,
                "" => ExpectedTag.None,
                var text => new ExpectedTag(ApiRequest.ParseDigest("expected", text, ", or empty for a tag that is not there")),
            },
        };
        var digest = await copier.CopyAsync(copy, request.Actor, progress: null, request.Aborted);
        request.Locate($"repositories/{to}/-/{(tag is null ? $"manifests/{digest}" : $"tags/{tag}")}");
        return new ApiCopied { Repository = to.ToString(), Tag = tag?.ToString(), Digest = digest.ToString() };
    }
}

/// <summary>What is copied, and where to.</summary>
internal sealed record ApiCopy
{
    /// <summary>Its tag or digest in the repository.</summary>
    public required string Reference { get; init; }

    /// <summary>The repository where it is wanted; without it, the same one.</summary>
    public string? To { get; init; }

    /// <summary>The tag that it gets there; without it none, so that it is pulled by digest.</summary>
    public string? Tag { get; init; }

    /// <summary>Whether signatures, SBOMs and whatever else refers to it goes along; it does unless this is false.</summary>
    public bool? Referrers { get; init; }

    /// <summary>The digest that the tag points to there as the client knows it, or nothing for none, so that a later push is not overwritten; without it, whatever it points to.</summary>
    public string? Expected { get; init; }
}

/// <summary>What was copied.</summary>
internal sealed record ApiCopied
{
    /// <summary>Where it is.</summary>
    public required string Repository { get; init; }

    /// <summary>Its tag there; null for none.</summary>
    public string? Tag { get; init; }

    /// <summary>Its digest, here as there.</summary>
    public required string Digest { get; init; }
}
