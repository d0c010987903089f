using System.Text.Json.Nodes;
using Portal.Tests.Fixtures;
using Portal.Tests.Protocol;

namespace Portal.Tests.Api;

/// <summary>What is told of all repositories together, to the same users as <see cref="ApiPermissionTests"/>.</summary>
public sealed class ApiSumTests(PermissionPortal portal) : IClassFixture<PermissionPortal>
{
    // Of each repository a platform and a kind that no other one has, beside those that all have.
    private static readonly Dictionary<string, (string Architecture, string ArtifactType, string Kind)> Own = new()
    {
        ["app"] = ("arm64", "application/vnd.cncf.helm.config.v1+json", "chart"),
        ["team/app"] = ("s390x", "application/vnd.dev.cosign.artifact.sig.v1+json", "signature"),
        ["team/part/app"] = ("riscv64", "application/vnd.in-toto+json", "attestation"),
        ["other/app"] = ("ppc64le", "application/vnd.wasm.config.v0+json", "wasm"),
    };

    /// <summary>Names and counts are of none that one may not pull.</summary>
    [Fact]
    public async Task WhatIsSummedUp_IsOfWhatOneMayPull_AndNothingElse()
    {
        portal.Client.Authorization = PasswordFile.Basic(PermissionPortal.Owner, PasswordFile.Password);
        foreach (var (repository, (architecture, type, _)) in Own)
        {
            await portal.Client.PushSizedAsync(repository, "own", size: 10, seed: 1, architecture: architecture);
            await portal.Client.PushArtifactAsync(repository, "artifact", type);
        }

        portal.Client.Authorization = null;
        using var owner = new ApiClient(portal.PortalAddress, PermissionPortal.Owner);
        await owner.UntilAsync("facets", facets => Own.Values.All(own => Texts(facets, "platforms").Contains($"linux/{own.Architecture}") && Texts(facets, "kinds").Contains(own.Kind)));
        await owner.UntilAsync("activity", list => Own.Keys.All(repository => Texts(list, "items", "repository").Contains(repository)));
        var tags = (await owner.GetAsync("repositories"))["items"]!.AsArray().ToDictionary(row => row!["name"]!.GetValue<string>(), row => row!["tagCount"]!.GetValue<int>());
        foreach (var user in PermissionPortal.Users)
        {
            using var client = new ApiClient(portal.PortalAddress, user.Name);
            var seen = PermissionPortal.Repositories.Where(repository => repository == "app" || user.Covers(repository)).ToList();
            var facets = await client.GetAsync("facets");
            Assert.Equal(seen.Select(repository => $"linux/{Own[repository].Architecture}").Append("linux/amd64").Order(StringComparer.Ordinal), Texts(facets, "platforms"));
            Assert.Equal(seen.Select(repository => Own[repository].Kind).Append("image").Append("sbom").Order(), Texts(facets, "kinds").Order());

            var level = await client.GetAsync("namespaces");
            var spaces = seen.Where(name => name.Contains('/', StringComparison.Ordinal)).GroupBy(name => name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)]).ToList();
            Assert.Equal(
                spaces.Select(space => (space.Key, space.Count(), space.Sum(name => tags[name]))).Order(),
                level["namespaces"]!.AsArray().Select(row => (row!["path"]!.GetValue<string>(), row["repositoryCount"]!.GetValue<int>(), row["tagCount"]!.GetValue<int>())).Order());
            Assert.Equal(["app"], Texts(level, "repositories", "name"));
            Assert.Equal(spaces.Count + 1, level["total"]!.GetValue<int>());

            var list = await client.GetAsync("repositories");
            Assert.Equal(seen.Count, list["total"]!.GetValue<int>());
            Assert.Equal(seen.Order(StringComparer.Ordinal), Texts(list, "items", "name").Order(StringComparer.Ordinal));
            foreach (var hidden in PermissionPortal.Repositories.Except(seen))
            {
                Assert.Equal(0, (await client.GetAsync($"repositories?platform=linux/{Own[hidden].Architecture}"))["total"]!.GetValue<int>());
            }

            Assert.Equal(seen.Order(StringComparer.Ordinal), Texts(await client.GetAsync("activity?limit=1000"), "items", "repository").Distinct().Order(StringComparer.Ordinal));
            var found = (await client.GetAsync("search?q=app")).ToJsonString();
            Assert.All(PermissionPortal.Repositories, repository => Assert.Equal(seen.Contains(repository), found.Contains($"\"{repository}\"", StringComparison.Ordinal)));
        }
    }

    /// <summary>What concerns no repository names none.</summary>
    private static IEnumerable<string> Texts(JsonNode from, string list, string? field = null) =>
        from[list]!.AsArray().Select(row => (field is null ? row : row![field])?.GetValue<string>()).OfType<string>();
}
