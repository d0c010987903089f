using Portal.Registry.Auth;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration.Editing;

/// <summary>What an administrator has to agree to before a configuration is saved.</summary>
/// <param name="Risk">What is agreed to.</param>
/// <param name="Title">What happens, in a few words without a full stop.</param>
/// <param name="Text">What it means, and how to get back.</param>
public sealed record SaveQuestion(SaveRisk Risk, Reason Title, Reason Text);

/// <summary>Finds the changes after which people, the administrator among them, would stand before a closed door, or all doors would stand open.</summary>
public static class SaveQuestions
{
    /// <param name="now">What is in force.</param>
    /// <param name="next">What would be.</param>
    /// <param name="differences">The keys that change, by <see cref="WrittenValues.Differences"/>.</param>
    /// <param name="user">Who saves; null when nobody is signed in.</param>
    public static IReadOnlyList<SaveQuestion> Of(
        RegistryConfiguration now, RegistryConfiguration next, IReadOnlyList<string> differences, string? user) =>
        [.. new[] { Opens(now.Auth, next.Auth), Closes(now.Auth, next.Auth, user), Moves(now.Portal, next.Portal, differences) }.OfType<SaveQuestion>()];

    private static Reason NobodySignsIn => new(SaveRisk.NobodySignsIn, $"Nobody will be able to sign in");

    private static SaveQuestion? Opens(AuthConfiguration now, AuthConfiguration next) =>
        AsksForNames(now) && !AsksForNames(next)
            ? new SaveQuestion(
                SaveRisk.Opens,
                new Reason(SaveRisk.Opens, $"Nobody will be asked for a password any more"),
                new Reason(
                    SaveRiskText.OpensText,
                    $"auth is taken out: whoever reaches the ports may then read, push and, where deletion is on, delete. This page will then open only to administrators whose password is not in the file, such as portal.admin, or, when no administrator is named, in a browser on the machine itself."))
            : null;

    private static SaveQuestion? Closes(AuthConfiguration now, AuthConfiguration next, string? user)
    {
        if (next.Htpasswd is not { } htpasswd || htpasswd == now.Htpasswd)
        {
            return null;
        }

        try
        {
            var users = HtpasswdUsers.Parse(File.ReadAllBytes(htpasswd.Path));
            return users.Hashes.Count == 0
                ? new SaveQuestion(
                    SaveRisk.NobodySignsIn,
                    NobodySignsIn,
                    new Reason(SaveRiskText.NoUser, $"{htpasswd.Path} holds no user with a bcrypt hash. Add one first, with \"htpasswd -B\" or \"portal htpasswd\"."))
                : user is not null && !users.Hashes.ContainsKey(user)
                    ? new SaveQuestion(
                        SaveRisk.YouDoNotSignIn,
                        new Reason(SaveRisk.YouDoNotSignIn, $"You will not be able to sign in"),
                        new Reason(SaveRiskText.UserMissing, $"{htpasswd.Path} holds no user {user}. Add one first, or know another's password."))
                    : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new SaveQuestion(
                SaveRisk.NoFile,
                new Reason(SaveRisk.NoFile, $"There is no file of users yet"),
                new Reason(
                    SaveRiskText.FileWillBeMade,
                    $"{htpasswd.Path} does not exist. It will be made with one user, \"docker\", whose password stands in the log, once: whoever cannot read the log cannot sign in."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new SaveQuestion(SaveRisk.NobodySignsIn, NobodySignsIn, new Reason(SaveRiskText.FileUnreadable, $"{htpasswd.Path} cannot be read: {exception.Message}"));
        }
    }

    private static SaveQuestion? Moves(PortalConfiguration now, PortalConfiguration next, IReadOnlyList<string> differences)
    {
        if (now.Addr != next.Addr)
        {
            return next.Addr is { } addr
                ? new SaveQuestion(
                    SaveRisk.PagesMove,
                    new Reason(SaveRisk.PagesMove, $"These pages will move"),
                    new Reason(SaveRiskText.PagesMoveTo, $"They will be at {addr} in place of {now.Addr}; this browser will not find them here any more."))
                : new SaveQuestion(
                    SaveRisk.PagesGo,
                    new Reason(SaveRisk.PagesGo, $"These pages will be gone"),
                    new Reason(SaveRiskText.PagesGoText, $"portal.addr is empty, so that there are no pages. Only the file itself brings them back."));
        }

        return differences.Any(path => path.StartsWith("portal.tls", StringComparison.Ordinal) || path.StartsWith("http.tls", StringComparison.Ordinal))
            ? new SaveQuestion(
                SaveRisk.AddressChanges,
                new Reason(SaveRisk.AddressChanges, $"The address of these pages may change"),
                new Reason(SaveRiskText.TouchesTls, $"The change touches TLS: the pages may then need https, or http, or a certificate that this browser trusts."))
            : null;
    }

    private static bool AsksForNames(AuthConfiguration auth) => auth is { Htpasswd: not null } or { Token: not null } or { Silly: not null };
}
