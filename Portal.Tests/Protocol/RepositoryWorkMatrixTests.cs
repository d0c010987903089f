using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Registry.Copying;
using Portal.Registry.Deletion;
using Portal.Registry.Descriptions;
using Portal.Registry.Tagging;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>The same users, rules and repositories as <see cref="PermissionMatrixTests"/>, at what pages and programs can do beyond the protocol.</summary>
public sealed class RepositoryWorkMatrixTests(PermissionPortal portal) : IClassFixture<PermissionPortal>
{
    private static readonly Tag One = Tag.Parse("1");

    [Fact]
    public async Task EveryCell_IsAsItsRoleAndPatternSay()
    {
        var cells = 0;
        var wrong = new List<string>();
        foreach (var user in PermissionPortal.Users)
        {
            var who = user.Name is null ? Identity.Anonymous : new Identity { Kind = IdentityKind.Session, Name = user.Name, IsAtPages = true };
            var actor = RepositoryActors.Of(who);
            foreach (var text in PermissionPortal.Repositories)
            {
                var name = RepositoryName.Parse(text);
                var pulls = text == "app" || user.Covers(text);
                var pushes = user.Name is not null && user.Covers(text) && user.Role is not Role.Reader;
                var digest = (await portal.Get<LocalRegistry>().Tags.FindAsync(name, One, CancellationToken.None))!.Value;

                Check("sees history", await portal.Get<TagHistory>().FindAsync(who, name, One, CancellationToken.None) is not null, pulls);
                Check("sees description", await portal.Get<RepositoryDescriptions>().FindAsync(who, name, CancellationToken.None) is not null, pulls);
                Check("sees storage", await portal.Get<RepositoryContents>().MeasureAsync(who, name, CancellationToken.None) is not null, pulls);
                Check("sees what an image has of its own", await portal.Get<RepositoryContents>().MeasureOwnAsync(who, name, digest, CancellationToken.None) is not null, pulls);
                Check("sees where a copy goes", await portal.Get<ImageCopier>().FindTargetAsync(who, name, One, CancellationToken.None) is not null, pulls);
                await CheckAsync("plans tags", () => portal.Get<DeletionPlanner>().PlanTagsAsync(who, name, [One], CancellationToken.None), pulls);
                await CheckAsync("plans manifests", () => portal.Get<DeletionPlanner>().PlanManifestsAsync(who, name, [digest], CancellationToken.None), pulls);
                await CheckAsync("plans repository", () => portal.Get<DeletionPlanner>().PlanRepositoryAsync(who, name, CancellationToken.None), pulls);
                await CheckAsync("selects tags", () => portal.Get<DeletionPlanner>().FindTagsAsync(who, name, new TagQuery { Search = "1" }, CancellationToken.None), pulls);
                await CheckAsync("restores", () => portal.Get<TagHistory>().RestoreAsync(name, One, digest, new ExpectedTag(digest), actor, CancellationToken.None), pushes);
                await CheckAsync("retags", () => CopyAsync(name, name, actor), pushes);
                await CheckAsync("copies away", () => CopyAsync(name, RepositoryName.Parse("team/app"), actor), pulls && Covers(user, "team/app"));
                await CheckAsync("describes", async () =>
                {
                    var version = (await portal.Get<DescriptionStore>().FindAsync(text, CancellationToken.None)).Version;
                    await portal.Get<RepositoryDescriptions>().SaveAsync(who, null, name, $"{version}", version, CancellationToken.None);
                }, pushes);

                // One that is not there: the others still look at these.
                var nowhere = RepositoryName.Parse(text + "/none");
                await CheckAsync(
                    "deletes repositories", () => portal.Get<RepositoryDeletion>().DeleteAsync(nowhere, actor, null, null, CancellationToken.None),
                    user.Name is not null && RepositoryPattern.Parse(user.Pattern).Matches(nowhere.ToString()) && user.Role is not (Role.Reader or Role.Writer));

                void Check(string what, bool found, bool expected)
                {
                    cells++;
                    if (found != expected)
                    {
                        wrong.Add($"{user}: {what} of {text}: {found}, not {expected}");
                    }
                }

                async Task CheckAsync(string what, Func<Task> act, bool expected)
                {
                    var failure = await Record.ExceptionAsync(act);
                    Assert.True(failure is null or OciException { Code: ErrorCode.Denied }, $"{what}: {failure}");
                    Check(what, failure is null, expected);
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(cells > 1000, $"{cells} cells");
    }

    private static bool Covers(MatrixUser user, string repository) => user.Name is not null && user.Covers(repository) && user.Role is not Role.Reader;

    private Task<Digest> CopyAsync(RepositoryName from, RepositoryName to, RequestActor actor) => portal.Get<ImageCopier>().CopyAsync(
        new CopyRequest { From = from, Reference = One, To = to, Tag = Tag.Parse("copied") }, actor, null, CancellationToken.None);
}
