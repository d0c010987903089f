using System.Net;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Remotes;

/// <summary>A client of a registry elsewhere (OCI distribution 1.1). What it answers is bounded, and believed by its digest alone.</summary>
public sealed class RemoteRegistry : IDisposable
{
    /// <summary>Tags looked through for those of one digest.</summary>
    public const int MostTags = 1000;

    /// <summary>Names that a search looks through.</summary>
    public const int MostNames = 20_000;

    private const int PageSize = 1000;
    private const int LeastOfPage = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string Accepted = string.Join(
        ", ", MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerManifestList, MediaTypes.DockerManifest, MediaTypes.DockerSchema1Signed);

    private readonly HttpClient _client;
    private readonly RemoteCredentials _credentials;

    public RemoteRegistry(RemoteRegistryConfiguration configuration, TimeProvider time)
    {
        Configuration = configuration;

        // A redirect goes on without the Authorization header: blobs often lie at another host.
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false, MaxAutomaticRedirections = 5, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = Patience,
        };
        _credentials = new RemoteCredentials(configuration, _client, time);
    }

    /// <summary>The entry of the configuration.</summary>
    public RemoteRegistryConfiguration Configuration { get; }

    /// <summary>Asks whether it is a registry, and lets this one in.</summary>
    /// <exception cref="OciException">UNAVAILABLE, with the reason as a sentence.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "", "", cancellationToken);
        Require(response, response.IsSuccessStatusCode);
    }

    /// <summary>Names in the order in which it lists them. Those that are none by the specification are left out.</summary>
    /// <param name="after">Only names behind this one; null for all.</param>
    /// <param name="limit">How many at the most; it may give fewer.</param>
    /// <exception cref="OciException">UNAVAILABLE, with the reason as a sentence.</exception>
    public async Task<RemotePage<RepositoryName>> ListRepositoriesAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"_catalog{RemoteList.Query(after, limit)}", "registry:catalog:*", cancellationToken);
        Require(response, response.IsSuccessStatusCode);
        var (names, next) = await RemoteList.ReadAsync(Configuration.Name, response, "repositories", after, limit, cancellationToken);
        return new RemotePage<RepositoryName>([.. names.Where(name => RepositoryName.TryParse(name, out _)).Select(name => RepositoryName.Parse(name))], next);
    }

    /// <summary>Repositories whose names hold a text, without case, among the first <see cref="MostNames"/>.</summary>
    /// <param name="limit">How many at the most.</param>
    /// <returns>What was found, and whether that may not be all.</returns>
    /// <exception cref="OciException">UNAVAILABLE, with the reason as a sentence.</exception>
    public async Task<(IReadOnlyList<RepositoryName> Found, bool IsCut)> SearchAsync(string text, int limit, CancellationToken cancellationToken)
    {
        var found = new List<RepositoryName>();
        var looked = 0;
        string? after = null;
        do
        {
            // Each answer counts, whatever is in it: what it says of a next one need not end.
            var page = await ListRepositoriesAsync(after, PageSize, cancellationToken);
            looked += Math.Max(page.Items.Count, LeastOfPage);
            found.AddRange(page.Items.Where(name => name.ToString().Contains(text, StringComparison.OrdinalIgnoreCase)).Take(limit + 1 - found.Count));
            after = page.Next == after ? null : page.Next;
        }
        while (after is not null && looked < MostNames && found.Count <= limit);

        return ([.. found.Take(limit)], after is not null || found.Count > limit);
    }

    /// <summary>Tags, in ordinal order where the registry lists them all at once.</summary>
    /// <returns>Null when there is no such repository.</returns>
    /// <exception cref="OciException">UNAVAILABLE, with the reason as a sentence.</exception>
    public async Task<RemotePage<Tag>?> ListTagsAsync(RepositoryName name, string? after, int limit, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"{name}/tags/list{RemoteList.Query(after, limit)}", PullScope(name), cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }

        Require(response, response.IsSuccessStatusCode);
        var (tags, next) = await RemoteList.ReadAsync(Configuration.Name, response, "tags", after, limit, cancellationToken);
        return new RemotePage<Tag>([.. tags.Where(tag => Tag.TryParse(tag, out _)).Select(tag => Tag.Parse(tag))], next);
    }

    /// <returns>Null when it does not have it.</returns>
    /// <exception cref="OciException">UNAVAILABLE, with the reason as a sentence, also where the bytes are not those of the digest, or are no manifest that is read here.</exception>
    public async Task<Manifest?> GetManifestAsync(RepositoryName name, Reference reference, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"{name}/manifests/{reference}", PullScope(name), cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }

        Require(response, response.IsSuccessStatusCode);
        var content = await RemoteBody.ReadAsync(response, Manifest.MaxSize, cancellationToken);
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        if (Manifest.IsSchema1(content, mediaType))
        {
            throw new OciException(
                ErrorCode.Unavailable,
                new Reason(RemoteRefusal.FirstFormat, $"{Describe(name, reference)} is an image in Docker's first format (schema 1), which is not read from registries elsewhere"));
        }

        var manifest = Parse(name, reference, content, mediaType);
        return !reference.IsDigest || manifest.Digest == reference.Digest ? manifest : throw NotTheDigest(reference.Digest);
    }

    /// <summary>Asks for the digest of a tag alone.</summary>
    /// <returns>Null when there is no such tag, or the registry does not say.</returns>
    /// <exception cref="OciException">UNAVAILABLE, with the reason as a sentence.</exception>
    public async Task<Digest?> ResolveAsync(RepositoryName name, Tag tag, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Head, $"{name}/manifests/{tag}", PullScope(name), cancellationToken);
        Require(response, response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.NotFound);
        return response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.First(), out var digest) ? digest : null;
    }

    /// <summary>The tags that name a digest, as far as the first <see cref="MostTags"/> tell: what a deletion of the manifest takes.</summary>
    /// <param name="progress">Told how many tags were looked at.</param>
    /// <returns>What was found, and whether that may not be all; null when there is no such repository.</returns>
    /// <exception cref="OciException">UNAVAILABLE, with the reason as a sentence.</exception>
    public async Task<(IReadOnlyList<Tag> Found, bool IsCut)?> ListTagsOfAsync(
        RepositoryName name, Digest digest, Action<int>? progress, CancellationToken cancellationToken)
    {
        var found = new List<Tag>();
        var looked = 0;
        string? after = null;
        for (var pages = 0; looked < MostTags && pages < MostTags / LeastOfPage; pages++)
        {
            // A registry may give fewer at once than it was asked for.
            if (await ListTagsAsync(name, after, MostTags, cancellationToken) is not { } page)
            {
                return pages == 0 ? null : (found, false);
            }

            var room = MostTags - looked;
            foreach (var tag in page.Items.Take(room))
            {
                if (await ResolveAsync(name, tag, cancellationToken) == digest)
                {
                    found.Add(tag);
                }

                looked++;
                progress?.Invoke(looked);
            }

            if (page.Next is not { } next)
            {
                return (found, page.Items.Count > room);
            }

            after = next;
        }

        return (found, true);
    }

    /// <summary>A config, or another small blob.</summary>
    /// <returns>Null when it does not have it.</returns>
    /// <exception cref="OciException">UNAVAILABLE, with the reason as a sentence, also where the bytes are not those of the digest.</exception>
    public async Task<byte[]?> GetBlobAsync(RepositoryName name, Digest digest, int most, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"{name}/blobs/{digest}", PullScope(name), cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }

        Require(response, response.IsSuccessStatusCode);
        var content = await RemoteBody.ReadAsync(response, most, cancellationToken);
        return Digest.Of(content, digest.Algorithm) == digest ? content : throw NotTheDigest(digest);
    }

    /// <summary>Deletes a manifest, and with it each tag that names it.</summary>
    /// <exception cref="OciException">UNSUPPORTED: deletion is off there, or here for this registry; UNAVAILABLE, with the reason as a sentence.</exception>
    public async Task DeleteManifestAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        if (Configuration.ReadOnly)
        {
            throw new OciException(
                ErrorCode.Unsupported, new Reason(RemoteRefusal.ReadOnly, $"nothing is deleted at {Configuration.Name}: portal.registries says readonly"));
        }

        using var response = await SendAsync(HttpMethod.Delete, $"{name}/manifests/{digest}", $"repository:{name}:delete,pull", cancellationToken);
        if (response.StatusCode is HttpStatusCode.MethodNotAllowed)
        {
            throw new OciException(
                ErrorCode.Unsupported, new Reason(RemoteRefusal.DeletesNothing, $"{Configuration.Name} deletes nothing: whoever runs it can set storage.delete.enabled"));
        }

        // Somebody else may have been faster.
        Require(response, response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.NotFound);
    }

    public void Dispose() => _client.Dispose();

    private static string PullScope(RepositoryName name) => $"repository:{name}:pull";

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string scope, CancellationToken cancellationToken)
    {
        try
        {
            var response = await SendOnceAsync(method, path, _credentials.Find(scope), cancellationToken);
            if (response.StatusCode is not HttpStatusCode.Unauthorized || RemoteChallenge.Of(response, Configuration.Url!) is not { } challenge)
            {
                return response;
            }

            using (response)
            {
                var answer = await _credentials.AnswerAsync(challenge, scope, cancellationToken)
                    ?? throw new OciException(
                        ErrorCode.Unavailable,
                        new Reason(RemoteRefusal.NobodyToSignIn, $"{Configuration.Name} wants somebody to sign in: the configuration names nobody (portal.registries, username)"));
                return await SendOnceAsync(method, path, answer, cancellationToken);
            }
        }
        catch (HttpRequestException exception)
        {
            throw new OciException(ErrorCode.Unavailable, new Reason(RemoteRefusal.Unreachable, $"{Configuration.Name} cannot be reached: {exception.Message}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OciException(
                ErrorCode.Unavailable, new Reason(RemoteRefusal.NoAnswer, $"{Configuration.Name} does not answer within {Patience.TotalSeconds:0} seconds"));
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method, string path, System.Net.Http.Headers.AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Configuration.Url!, $"v2/{path}"));
        request.Headers.Authorization = authorization;
        request.Headers.TryAddWithoutValidation("Accept", Accepted);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private void Require(HttpResponseMessage response, bool isFine)
    {
        if (!isFine)
        {
            throw new OciException(ErrorCode.Unavailable, response.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Configuration.UserName is { } name
                    ? new Reason(RemoteRefusal.UserRefused, $"{Configuration.Name} does not let {name} do this")
                    : new Reason(RemoteRefusal.NobodyRefused, $"{Configuration.Name} does not let anybody without a name do this"),
                HttpStatusCode.NotFound => new Reason(RemoteRefusal.NoRegistry, $"there is no registry at {Configuration.Url}"),
                var status => new Reason(RemoteRefusal.Status, $"{Configuration.Name} answers with status {(int)status}"),
            });
        }
    }

    private static string Describe(RepositoryName name, Reference reference) => reference.IsDigest ? $"{name}@{reference}" : $"{name}:{reference}";

    /// <summary>A manifest that is broken there is no mistake of who asks here.</summary>
    private Manifest Parse(RepositoryName name, Reference reference, byte[] content, string? mediaType)
    {
        try
        {
            return Manifest.Parse(content, mediaType, reference.IsDigest ? reference.Digest.Algorithm : DigestAlgorithm.Sha256);
        }
        catch (OciException exception) when (exception.Code is ErrorCode.ManifestInvalid)
        {
            throw new OciException(
                ErrorCode.Unavailable, new Reason(RemoteRefusal.NoManifest, $"what {Configuration.Name} sends as {Describe(name, reference)} is no manifest: {RemoteBody.Shorten(exception.Message)}"));
        }
    }

    private OciException NotTheDigest(Digest digest) =>
        new(ErrorCode.Unavailable, new Reason(RemoteRefusal.OtherDigest, $"what {Configuration.Name} sends as {digest} is something else"));
}
