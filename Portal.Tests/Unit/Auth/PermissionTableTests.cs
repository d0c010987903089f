using System.Net;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

public sealed class PermissionTableTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");
    private static readonly Identity Ada = new() { Kind = IdentityKind.Session, Name = "ada" };
    private static readonly AccessRule AdaIsAdmin = new(SubjectKind.User, "ada", Role.Admin, RepositoryPattern.All);
    private static readonly AccessRule BobReads = new(SubjectKind.User, "bob", Role.Reader, RepositoryPattern.Parse("team/**"));
    private static readonly RepositoryName App = RepositoryName.Parse("team/app");

    private readonly AccountsWorld _world = new();

    public static TheoryData<string, AccessRule> WrongRules => new()
    {
        { "a rule for a user needs a name", BobReads with { Subject = "" } },
        { "a rule for a group needs a name", BobReads with { Kind = SubjectKind.Group, Subject = "" } },
        { "colon", BobReads with { Subject = "b:b" } },
        { "cannot be an administrator", new AccessRule(SubjectKind.Anyone, "", Role.Admin, RepositoryPattern.All) },
        { "write ** as the pattern", BobReads with { Role = Role.Admin } },
        { "two rules on **", AdaIsAdmin with { Role = Role.Reader } },
    };

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Replace_CountsAtOnce_AndTellsTheAuditWhatChanged()
    {
        await ReplaceAsync([], [AdaIsAdmin, BobReads], RuleAnswer.BoundSignedIn);
        await ReplaceAsync([AdaIsAdmin, BobReads], [AdaIsAdmin, BobReads with { Role = Role.Writer }]);

        Assert.Equal([AdaIsAdmin, BobReads with { Role = Role.Writer }], _world.Table.Read(Ada));
        Assert.Equal(RepositoryActions.Pull | RepositoryActions.Push, _world.Permissions.On(User("bob"), App));
        var entries = await _world.AuditedAsync();
        Assert.All(entries, entry => Assert.Equal((AuditAction.PermissionsChanged, "ada", "192.0.2.7"), (entry.Action, entry.Actor, entry.Address)));
        Assert.Equal("+ \"bob\" writer on team/**; - \"bob\" reader on team/**", entries[1].Detail?.ToString());
    }

    [Fact]
    public async Task Replace_OfManyRules_TellsTheAuditASmallLine()
    {
        AccessRule[] rules = [AdaIsAdmin, .. Enumerable.Range(0, 50).Select(number => BobReads with { Subject = $"b{number}", Pattern = RepositoryPattern.Parse($"t{number}/*") })];

        foreach (var count in (int[])[25, 51])
        {
            await ReplaceAsync([.. _world.Table.Read(Ada)], rules[..count], RuleAnswer.BoundSignedIn);
        }

        Assert.All(await _world.AuditedAsync(), entry => Assert.InRange(KeptReason.Write(entry.Detail)!.Length, 500, 12_000));
    }

    [Fact]
    public async Task FirstRuleThatBounds_AsksWhatBecomesOfSignedInUsers()
    {
        Assert.Equal(RuleEffect.Bounds, _world.Table.EffectOf(Ada, [AdaIsAdmin, BobReads]));
        await RefusedAsync("say whether those keep what they had", [], [AdaIsAdmin, BobReads]);

        await ReplaceAsync([], [AdaIsAdmin, BobReads], RuleAnswer.KeepForSignedIn);

        Assert.Equal([AdaIsAdmin, BobReads, PermissionTable.ForSignedIn], _world.Table.Read(Ada));
        Assert.Equal(RepositoryActions.All, _world.Permissions.On(User("cy"), App));
    }

    [Fact]
    public async Task FirstRuleThatBounds_MayTakeWhatSignedInUsersHad()
    {
        await ReplaceAsync([], [AdaIsAdmin, BobReads], RuleAnswer.BoundSignedIn);

        Assert.Equal(RepositoryActions.None, _world.Permissions.On(User("cy"), App));
        Assert.Equal(RepositoryActions.Pull, _world.Permissions.On(User("bob"), App));
    }

    [Fact]
    public async Task OnlyAdministrators_BoundNobody_AndAreNotAskedAbout()
    {
        Assert.Equal(RuleEffect.None, _world.Table.EffectOf(Ada, [AdaIsAdmin]));
        await ReplaceAsync([], [AdaIsAdmin]);

        Assert.Equal(RepositoryActions.All, _world.Permissions.On(User("cy"), App));
        Assert.False(_world.Permissions.IsAdministrator(User("cy")));
    }

    [Fact]
    public async Task LastRuleThatBounds_IsTakenOnlyWhenThatIsWanted()
    {
        await ReplaceAsync([], [AdaIsAdmin, BobReads], RuleAnswer.BoundSignedIn);

        Assert.Equal(RuleEffect.Opens, _world.Table.EffectOf(Ada, [AdaIsAdmin]));
        await RefusedAsync("every signed-in user may do everything", [AdaIsAdmin, BobReads], [AdaIsAdmin]);
        await ReplaceAsync([AdaIsAdmin, BobReads], [AdaIsAdmin], RuleAnswer.OpenToSignedIn);
        Assert.Equal(RepositoryActions.All, _world.Permissions.On(User("cy"), App));
    }

    [Fact]
    public async Task Replace_AfterWhichOneIsNoAdministrator_IsRefused()
    {
        await RefusedAsync("add a rule that makes \"ada\" one", [], [BobReads], RuleAnswer.BoundSignedIn);
        await RefusedAsync("you would be no administrator any more", [], [AdaIsAdmin with { Subject = "bob" }]);

        await ReplaceAsync([], [AdaIsAdmin]);
        await RefusedAsync("you would be no administrator any more", [AdaIsAdmin], [AdaIsAdmin with { Subject = "bob" }]);
        Assert.Equal([AdaIsAdmin], _world.Table.Read(Ada));

        var local = new Identity { Kind = IdentityKind.Everyone, IsLocal = true };
        using var open = new AccountsWorld();
        var refused = await Assert.ThrowsAsync<UserChangeException>(
            () => open.Table.ReplaceAsync(local, Here, [], [AdaIsAdmin], null, CancellationToken.None));
        Assert.Contains("asks nobody for one", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_OfAnotherTableThanWasRead_IsRefused()
    {
        await ReplaceAsync([], [AdaIsAdmin]);

        await RefusedAsync("somebody else changed the permissions", [], [AdaIsAdmin, PermissionTable.ForSignedIn]);
    }

    [Theory]
    [MemberData(nameof(WrongRules))]
    public async Task Replace_WithAWrongRule_IsRefusedAndNamesIt(string reason, AccessRule rule)
    {
        await RefusedAsync(reason, [], [AdaIsAdmin, PermissionTable.ForSignedIn, rule]);
        Assert.Empty(_world.Table.Read(Ada));
    }

    [Fact]
    public async Task Replace_WithTooManyRules_IsRefused()
    {
        await RefusedAsync("more than 1000 rules", [], [.. Enumerable.Range(0, 1001).Select(number => BobReads with { Subject = $"user{number}" })]);
    }

    [Fact]
    public async Task Explain_AnswersAsTheEvaluator_WithTheRulesThatGive()
    {
        await ReplaceAsync(
            [], [AdaIsAdmin, BobReads, new AccessRule(SubjectKind.SignedIn, "", Role.Writer, RepositoryPattern.Parse("**/app")), new AccessRule(SubjectKind.Anyone, "", Role.Reader, RepositoryPattern.Parse("public/*"))],
            RuleAnswer.BoundSignedIn);

        var bob = _world.Table.Explain(Ada, "bob", App);
        var nobody = _world.Table.Explain(Ada, null, App);

        Assert.Equal(_world.Permissions.On(User("bob"), App), bob.Actions);
        Assert.Equal(["team/**", "**/app"], bob.Rules.Select(rule => rule.Given.Rule.Pattern.Text));
        Assert.Equal([RepositoryActions.Pull, RepositoryActions.Pull | RepositoryActions.Push], bob.Rules.Select(rule => rule.Actions));
        Assert.Equal((RepositoryActions.None, 0), (nobody.Actions, nobody.Rules.Count));
        Assert.Equal(RepositoryActions.Pull, _world.Table.Explain(Ada, null, RepositoryName.Parse("public/app")).Actions);
    }

    [Fact]
    public async Task Explain_OfWhatNoRuleBounds_AndOfTheDisabled_SaysSo()
    {
        Assert.Equal(RuleOrigin.NoRules, _world.Table.Explain(Ada, "bob", App).Rules.Single().Given.Origin);

        await _world.Accounts.ChangeAsync(
            store => store.SaveAccountAsync(new Account { Name = "bob", IsDisabled = true, Source = AccountSource.Portal }, CancellationToken.None), CancellationToken.None);
        var bob = _world.Table.Explain(Ada, "bob", App);
        Assert.Equal((RepositoryActions.None, true), (bob.Actions, bob.IsDisabled));
    }

    /// <summary>Whatever the rules, what the probe says and what the evaluator does are one.</summary>
    [Fact]
    public async Task Explain_OfAnyRules_GivesTogetherWhatIsAllowed()
    {
        var random = new Random(1);
        string[] patterns = ["**", "team/**", "**/app", "team/*", "team/app", "other/**"];
        string[] names = ["ada", "bob", "cy"];
        for (var round = 0; round < 30; round++)
        {
            var rules = Enumerable.Range(0, random.Next(6)).Select(_ =>
            {
                var kind = (SubjectKind)random.Next(4);
                return new AccessRule(kind, kind is SubjectKind.User ? names[random.Next(3)] : kind is SubjectKind.Group ? "devs" : "", (Role)random.Next(3), RepositoryPattern.Parse(patterns[random.Next(patterns.Length)]));
            }).DistinctBy(rule => (rule.Kind, rule.Subject, rule.Pattern)).ToArray();
            await _world.SetRulesAsync(rules);
            foreach (var name in new[] { "ada", "bob", "cy", null })
            {
                foreach (var repository in new[] { "team/app", "other/x", "solo" })
                {
                    var explained = _world.Permissions.Explain(name, RepositoryName.Parse(repository));
                    Assert.Equal(explained.Actions, explained.Rules.Aggregate(RepositoryActions.None, (all, rule) => all | rule.Actions));
                }
            }
        }
    }

    private static Identity User(string name) => new() { Kind = IdentityKind.Session, Name = name };

    private Task ReplaceAsync(AccessRule[] before, AccessRule[] rules, RuleAnswer? answer = null)
    {
        return _world.Table.ReplaceAsync(Ada, Here, before, rules, answer, CancellationToken.None);
    }

    private async Task RefusedAsync(string reason, AccessRule[] before, AccessRule[] rules, RuleAnswer? answer = null)
    {
        var refused = await Assert.ThrowsAsync<UserChangeException>(() => ReplaceAsync(before, rules, answer));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }
}
