using Portal.Registry.Inspection;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Web.Api;

/// <summary>What belongs to an image: signatures, SBOMs, provenance. Nothing of it is verified.</summary>
internal sealed class AttachmentsApi(ImageInspector inspector, AttachmentTree tree, AttachmentReader reader, SbomReader sboms) : ApiResource
{
    public override string Name => "Attachments";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("getAttachments", "repositories/{name}/-/manifests/{digest}/attachments", "What belongs to a manifest, as a tree: who signed it, how it was built", ApiJson.Default.ApiAttachments, GetAsync) with
        {
            Note = $"By OCI's referrers and by cosign's tags; with index also what BuildKit put there. {AttachmentTree.MaxNodes} manifests are looked at, and {AttachmentReader.MaxParts} documents read. "
                + "Signatures are shown by their own word: no key, no certificate authority and no log is asked.",
            Query = [new ApiParameter("index", "The digest of an index that lists the manifest, whose attestations belong to it, too", "")],
        },
        ApiOperation.Get("listPackages", "repositories/{name}/-/blobs/{blob}/packages", "Packages of an SBOM (SPDX or CycloneDX, in JSON)", ApiJson.Default.ApiPackages, ListPackagesAsync) with
        {
            Note = $"The blob is a document of getAttachments, of {SbomReader.MaxSize >> 20} MiB at the most; its first {Sbom.MaxPackages:N0} packages are read.",
            Query = [ApiParameter.Search with { Description = "A part of a name, version, license or package URL, whatever its case", Example = "ssl" }, ApiParameter.Limit, ApiParameter.Next],
        },
    ];

    private async Task<ApiAttachments?> GetAsync(ApiRequest request)
    {
        var (name, subject) = (request.Name, request.Digest);
        if (await inspector.InspectAsync(request.Who, name, subject, request.Aborted) is null)
        {
            return null;
        }

        Digest[] more = [];
        if (request.Text("index") is { } text)
        {
            if (await inspector.InspectAsync(request.Who, name, Digest.Parse(text), request.Aborted) is not { } index)
            {
                return null;
            }

            more = [.. index.Entries.Where(entry => entry.AttestedDigest == subject).Select(entry => entry.Descriptor.Digest)];
        }

        var found = await tree.ListAsync(request.Who, name, subject, more, request.Aborted);
        return new ApiAttachments { Attached = await new Reading(reader, request).ReadAsync(found.Attached, subject), HasMore = found.HasMore };
    }

    private async Task<ApiPackages?> ListPackagesAsync(ApiRequest request)
    {
        var query = new PackageQuery(request.Text("q"), request.Skip, request.Limit);
        if (await sboms.FindAsync(request.Who, request.Name, request.DigestInPath("blob"), query, request.Aborted) is not { } found)
        {
            return null;
        }

        var part = request.Page(found.Packages, package => new ApiPackage { Name = package.Name, Version = package.Version, License = package.License, Purl = package.Purl });
        return new ApiPackages { Format = found.Format, Items = part.Items, Total = part.Total, Next = part.Next, Count = found.Count, Problem = found.Problem?.ToString() };
    }

    /// <summary>Reads the documents of a tree, as many as a page reads when one of its nodes is opened.</summary>
    private sealed class Reading(AttachmentReader reader, ApiRequest request)
    {
        private static readonly Reason Unread = new(AttachmentFault.TooManyBefore, $"It is not read here, since there are many documents before it: it can be downloaded.");

        private int _left = AttachmentReader.MaxParts;

        public async Task<IReadOnlyList<ApiAttachment>> ReadAsync(IReadOnlyList<Attachment> nodes, Digest subject)
        {
            var read = new List<ApiAttachment>(nodes.Count);
            foreach (var node in nodes)
            {
                var contents = await ContentsAsync(node, subject);
                read.Add(ApiAttachment.Of(node, contents, await ReadAsync(node.Attached, node.Manifest.Digest)));
            }

            return read;
        }

        private async Task<IReadOnlyList<AttachedContent>> ContentsAsync(Attachment node, Digest subject)
        {
            var count = Math.Min(node.Parts.Count, AttachmentReader.MaxParts);
            if (count > _left)
            {
                return [.. node.Parts.Take(count).Select(part => new AttachedContent(part, part.Kind, null, Unread) { PredicateType = part.PredicateType })];
            }

            _left -= count;
            return await reader.ReadAsync(request.Who, request.Name, node, subject, request.Aborted);
        }
    }
}

/// <summary>Packages of an SBOM, a part at a time.</summary>
internal sealed record ApiPackages
{
    /// <summary>The document's format; null when it cannot be read.</summary>
    public string? Format { get; init; }

    /// <summary>The rows, by name.</summary>
    public required IReadOnlyList<ApiPackage> Items { get; init; }

    /// <summary>How many rows there are in all.</summary>
    public required long Total { get; init; }

    /// <summary>The value of the parameter next that asks for what follows; null at the end.</summary>
    public string? Next { get; init; }

    /// <summary>Packages of the document, whatever was searched.</summary>
    public required int Count { get; init; }

    /// <summary>Why nothing or not all is there; null when all is.</summary>
    public string? Problem { get; init; }
}

/// <summary>A package that an SBOM names.</summary>
internal sealed record ApiPackage
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Null when it is not told.</summary>
    public string? Version { get; init; }

    /// <summary>Null when it is not told.</summary>
    public string? License { get; init; }

    /// <summary>Its package URL; null when it is not told.</summary>
    public string? Purl { get; init; }
}
