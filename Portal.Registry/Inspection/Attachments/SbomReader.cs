using System.Text.Json;
using Portal.Registry.Auth;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>What is looked for in a list of packages.</summary>
/// <param name="Search">Part of a name, version, license or package URL; null for all.</param>
public sealed record PackageQuery(string? Search = null, int Skip = 0, int Take = 50);

/// <summary>Some packages of a list.</summary>
/// <param name="Format">The list's format; null when it cannot be read.</param>
/// <param name="Packages">Those that were asked for, and how many there are like them.</param>
/// <param name="Count">Packages in the whole list, as far as it is read.</param>
/// <param name="Problem">A sentence for people that says why nothing or not all is there; null when all is.</param>
public sealed record PackageView(string? Format, RowPage<SbomPackage> Packages, int Count, Reason? Problem);

/// <summary>
/// Reads lists of packages. Each question reads the document anew, one document at a time, so that nothing stays in memory.
/// </summary>
public sealed class SbomReader(LocalRegistry registry, Permissions permissions) : IDisposable
{
    /// <summary>Bytes of a document that is read: 32 MiB.</summary>
    public const int MaxSize = 32 * 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1);

    /// <returns>Null when the repository does not have the blob, or <paramref name="who"/> may not pull from it.</returns>
    public async Task<PackageView?> FindAsync(
        Identity who, RepositoryName name, Digest blob, PackageQuery query, CancellationToken cancellationToken)
    {
        return await ReadAsync(who, name, blob, (sbom, problem) =>
        {
            var found = sbom?.Packages.Where(package => Matches(package, query.Search)).ToList() ?? [];
            var items = found.OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase).ThenBy(package => package.Version, StringComparer.Ordinal)
                .Skip(query.Skip).Take(query.Take).ToList();
            return new PackageView(sbom?.Format, new RowPage<SbomPackage>(items, found.Count), sbom?.Packages.Count ?? 0, problem);
        }, cancellationToken);
    }

    /// <summary>Compares the packages of two documents, by name.</summary>
    /// <returns>Null when one of them cannot be read.</returns>
    public async Task<RowPage<Difference>?> CompareAsync(
        Identity who, (RepositoryName Name, Digest Blob) a, (RepositoryName Name, Digest Blob) b, PackageQuery query, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(who, a.Name, a.Blob, (sbom, _) => sbom is null ? null : Versions(sbom), cancellationToken);
        var after = await ReadAsync(who, b.Name, b.Blob, (sbom, _) => sbom is null ? null : Versions(sbom), cancellationToken);
        if (before is null || after is null)
        {
            return null;
        }

        var found = Difference.Between(before, after)
            .Where(one => string.IsNullOrEmpty(query.Search) || one.Name.Contains(query.Search, StringComparison.OrdinalIgnoreCase)).ToList();
        return new RowPage<Difference>([.. found.Skip(query.Skip).Take(query.Take)], found.Count);
    }

    public void Dispose() => _turn.Dispose();

    private static SortedDictionary<string, string> Versions(Sbom sbom)
    {
        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in sbom.Packages.GroupBy(package => package.Name))
        {
            versions[group.Key] = string.Join(", ", group.Select(package => package.Version ?? "?").Distinct().Order(StringComparer.Ordinal).Take(20));
        }

        return versions;
    }

    private static bool Matches(SbomPackage package, string? search)
    {
        return string.IsNullOrEmpty(search)
            || new[] { package.Name, package.Version, package.License, package.Purl }.Any(text => text?.Contains(search, StringComparison.OrdinalIgnoreCase) == true);
    }

    private async Task<T?> ReadAsync<T>(
        Identity who, RepositoryName name, Digest blob, Func<Sbom?, Reason?, T?> use, CancellationToken cancellationToken)
        where T : class
    {
        if (!permissions.On(who, name).HasFlag(RepositoryActions.Pull)
            || await registry.Blobs.StatAsync(name, blob, cancellationToken) is not { } size)
        {
            return null;
        }

        if (size > MaxSize)
        {
            return use(null, new Reason(AttachmentFault.ListTooLarge, $"The document has more than 32 MiB, which is more than is read here. It can be downloaded."));
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (await registry.Blobs.ReadAsync(name, blob, MaxSize, cancellationToken) is not { } content)
            {
                return null;
            }

            var sbom = Sbom.Read(content);
            return use(
                sbom,
                sbom is null ? new Reason(AttachmentFault.NoList, $"The document is neither SPDX nor CycloneDX in JSON.")
                : sbom.IsCut ? new Reason(AttachmentFault.ListCut, $"Only the first {Sbom.MaxPackages:N0} packages are read.")
                : null);
        }
        catch (JsonException)
        {
            return use(null, new Reason(AttachmentFault.NoJson, $"The document is no JSON that can be read."));
        }
        finally
        {
            _turn.Release();
        }
    }
}
