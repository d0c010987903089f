using Portal.Registry.Auth;
using Portal.Storage.Accounts;

namespace Portal.Web.Api;

/// <summary>Users, for administrators.</summary>
internal sealed class UsersApi(UserAdministration users) : ApiResource
{
    public override string Name => "Users";

    public override IEnumerable<ApiOperation> Operations => All.Select(operation => operation with { IsForAdministrators = true });

    private IEnumerable<ApiOperation> All =>
    [
        ApiOperation.List(
            "listUsers", "users", "Users by name", ApiJson.Default.ApiListApiUser, List, ApiParameter.Search with { Description = "A part of the name, whatever its case", Example = "rob" }),
        ApiOperation.Change("addUser", HttpMethods.Post, "users", "Adds a user with a password, or a robot", ApiJson.Default.ApiUser, AddAsync) with
        {
            Status = StatusCodes.Status201Created,
            Note = "A user with a password is added to the htpasswd file where there is one. A robot has access tokens and no password.",
            Body = ApiJson.Default.ApiNewUser,
            Example = """{"name":"robot-7","isRobot":true}""",
        },
        ApiOperation.Get("getUser", "users/{user}", "A user", ApiJson.Default.ApiUser, request => Task.FromResult(Get(request, request.InPath("user")))),
        ApiOperation.Do("setPassword", HttpMethods.Put, "users/{user}/password", "Gives a user another password and ends the user's sessions", SetPasswordAsync) with
        {
            Body = ApiJson.Default.ApiPassword,
            Example = """{"password":"a long sentence that nobody guesses"}""",
        },
        ApiOperation.Do("disableUser", HttpMethods.Post, "users/{user}/disable", "Lets nothing of a user in any more: password, tokens, sessions", request => SetDisabledAsync(request, true)),
        ApiOperation.Do("enableUser", HttpMethods.Post, "users/{user}/enable", "Lets a user in again", request => SetDisabledAsync(request, false)),
        ApiOperation.Do("deleteUser", HttpMethods.Delete, "users/{user}", "Deletes a user with tokens, sessions and own rules", DeleteAsync) with
        {
            Query = [new ApiParameter("opens", "Agrees that the last rule goes that bounds signed-in users, so that each of them may do everything with repositories", "true") { Type = "boolean", Default = "false" }],
        },
    ];

    private Task<ApiList<ApiUser>?> List(ApiRequest request)
    {
        var found = users.List(request.Who, new UserQuery { Search = request.Text("q"), Skip = request.Skip, Take = request.Limit });
        return Task.FromResult<ApiList<ApiUser>?>(request.Page(found, ApiUser.Of));
    }

    private ApiUser? Get(ApiRequest request, string name) => users.Find(request.Who, name) is { } row ? ApiUser.Of(row) : null;

    private async Task<ApiUser?> AddAsync(ApiRequest request)
    {
        var wanted = await request.ReadAsync(ApiJson.Default.ApiNewUser);
        var name = wanted.Name ?? throw new ApiException("the body needs the field name");
        if (wanted.IsRobot)
        {
            if (wanted.Password is not null)
            {
                throw new ApiException("a robot has no password: leave the field password out, and make an access token for it");
            }

            await users.AddRobotAsync(request.Who, request.Address, name, request.Aborted);
        }
        else
        {
            var password = wanted.Password ?? throw new ApiException("the body needs the field password, or isRobot as true");
            await users.AddAsync(request.Who, request.Address, name, password, request.Aborted);
        }

        request.Locate($"users/{Uri.EscapeDataString(name)}");
        return Get(request, name);
    }

    private async Task<bool> SetPasswordAsync(ApiRequest request)
    {
        var wanted = await request.ReadAsync(ApiJson.Default.ApiPassword);
        var password = wanted.Password ?? throw new ApiException("the body needs the field password");
        return await IfThereAsync(request, name => users.SetPasswordAsync(request.Who, request.Address, name, password, request.Aborted));
    }

    private Task<bool> SetDisabledAsync(ApiRequest request, bool isDisabled) =>
        IfThereAsync(request, name => users.SetDisabledAsync(request.Who, request.Address, name, isDisabled, request.Aborted));

    private Task<bool> DeleteAsync(ApiRequest request) =>
        IfThereAsync(request, name => users.DeleteAsync(request.Who, request.Address, name, request.Flag("opens") ?? false, request.Aborted));

    private async Task<bool> IfThereAsync(ApiRequest request, Func<string, Task> change)
    {
        var name = request.InPath("user");
        if (users.Find(request.Who, name) is null)
        {
            return false;
        }

        await change(name);
        return true;
    }
}

/// <summary>A user as an administrator sees one.</summary>
internal sealed record ApiUser
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the user comes from, which is where the password is.</summary>
    public required AccountSource Source { get; init; }

    /// <summary>Nothing lets a disabled user in.</summary>
    public required bool IsDisabled { get; init; }

    /// <summary>False for one who is remembered, but whose line is not in the htpasswd file any more.</summary>
    public required bool IsThere { get; init; }

    /// <summary>Whether rules, the configuration, or the want of both make the user one.</summary>
    public required bool IsAdministrator { get; init; }

    /// <summary>As OpenID Connect told them at the last sign-in.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Every rule that counts for the user.</summary>
    public required IReadOnlyList<ApiRule> Rules { get; init; }

    /// <summary>How many access tokens the user has.</summary>
    public required int TokenCount { get; init; }

    /// <summary>To a page; null for never.</summary>
    public DateTimeOffset? LastSignIn { get; init; }

    /// <summary>Null for never.</summary>
    public DateTimeOffset? LastPull { get; init; }

    /// <summary>Null for never.</summary>
    public DateTimeOffset? LastPush { get; init; }

    internal static ApiUser Of(UserRow row) => new()
    {
        Name = row.Name,
        Source = row.Source,
        IsDisabled = row.Account.IsDisabled,
        IsThere = row.IsThere,
        IsAdministrator = row.IsAdministrator,
        Groups = row.Account.Groups,
        Rules = [.. row.Rules.Select(given => ApiRule.Of(given.Rule))],
        TokenCount = row.TokenCount,
        LastSignIn = row.Account.LastSignIn,
        LastPull = row.Account.LastPull,
        LastPush = row.Account.LastPush,
    };
}

/// <summary>A user to add.</summary>
internal sealed record ApiNewUser
{
    /// <summary>The name; it stays.</summary>
    public string? Name { get; init; }

    /// <summary>Of a user who is no robot.</summary>
    public string? Password { get; init; }

    /// <summary>A program's user, which has access tokens and no password.</summary>
    public bool IsRobot { get; init; }
}

/// <summary>A new password.</summary>
internal sealed record ApiPassword
{
    /// <summary>It is told nobody, and kept as a hash.</summary>
    public string? Password { get; init; }
}
