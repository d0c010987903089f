using Portal.Registry.Descriptions;

namespace Portal.Web.Api;

/// <summary>What people wrote about repositories.</summary>
internal sealed class DescriptionsApi(RepositoryDescriptions descriptions) : ApiResource
{
    private const string Path = "repositories/{name}/-/description";

    public override string Name => "Descriptions";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("getDescription", Path, "What a repository is about, in Markdown", ApiJson.Default.ApiDescription, GetAsync),
        ApiOperation.Change("putDescription", HttpMethods.Put, Path, "Writes what a repository is about", ApiJson.Default.ApiDescription, PutAsync) with
        {
            Note = "Needs the right to push. An empty text takes it away. When somebody else wrote since the version, nothing is changed and the answer is 409.",
            Body = ApiJson.Default.ApiDescriptionText,
            Example = """{"text":"The front page of the *shop*.","version":0}""",
        },
    ];

    private async Task<ApiDescription?> GetAsync(ApiRequest request) =>
        await descriptions.FindAsync(request.Who, request.Name, request.Aborted) is { } about ? ToAnswer(about) : null;

    private async Task<ApiDescription?> PutAsync(ApiRequest request)
    {
        var wanted = await request.ReadAsync(ApiJson.Default.ApiDescriptionText);
        try
        {
            await descriptions.SaveAsync(request.Who, request.Address, request.Name, wanted.Text, wanted.Version, request.Aborted);
        }
        catch (DescriptionChangedException exception)
        {
            throw new ApiException(StatusCodes.Status409Conflict, "CONFLICT", $"{exception.Message}: it is version {exception.Now.Version} now");
        }

        return await GetAsync(request);
    }

    private static ApiDescription ToAnswer(RepositoryAbout about) => new()
    {
        Text = about.Text ?? string.Empty,
        Version = about.Written.Version,
        IsWritten = about.Written.Text.Length > 0,
        ChangedAt = about.Written.ChangedAt,
        ChangedBy = about.Written.ChangedBy,
    };
}

/// <summary>What a repository is about.</summary>
internal sealed record ApiDescription
{
    /// <summary>In Markdown: what people wrote, else what the newest image says of itself; empty for nothing.</summary>
    public required string Text { get; init; }

    /// <summary>Counts how often it was written; 0 for never.</summary>
    public required long Version { get; init; }

    /// <summary>Whether people wrote it; else it is the image's.</summary>
    public required bool IsWritten { get; init; }

    /// <summary>When it was written last; null for never.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Who wrote it last; null for nobody with a name.</summary>
    public string? ChangedBy { get; init; }
}

/// <summary>What a repository is to be about.</summary>
internal sealed record ApiDescriptionText
{
    /// <summary>In Markdown; empty to take it away. The whole body has at most 64 KiB.</summary>
    public required string Text { get; init; }

    /// <summary>The version that the client read.</summary>
    public required long Version { get; init; }
}
