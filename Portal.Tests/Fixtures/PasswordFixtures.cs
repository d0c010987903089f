using System.Net.Http.Headers;
using System.Text;
using Portal.Registry.Configuration;

namespace Portal.Tests.Fixtures;

/// <summary>An <c>htpasswd</c> file for tests, with hashes that cost little.</summary>
public static class PasswordFile
{
    public const string User = "ada";
    public const string Password = "correct: horse ünïcode";

    public static string Line(string user, string password) => $"{user}:{BCrypt.Net.BCrypt.HashPassword(password, 4)}\n";

    public static HtpasswdConfiguration Write(string folder)
    {
        var path = Path.Combine(folder, "htpasswd");
        File.WriteAllText(path, Line(User, Password));
        return new HtpasswdConfiguration("Our registry", path);
    }

    public static AuthenticationHeaderValue Basic(string user, string password)
    {
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }
}

/// <summary>The application with names and passwords.</summary>
public sealed class PasswordFixture : PortalFixture
{
    protected override RegistryConfiguration Configuration => base.Configuration with { Auth = new AuthConfiguration { Htpasswd = PasswordFile.Write(Root) } };
}

/// <summary>The same, with a browser.</summary>
public sealed class PasswordChromiumFixture : ChromiumFixture
{
    protected override RegistryConfiguration Configuration => base.Configuration with { Auth = new AuthConfiguration { Htpasswd = PasswordFile.Write(Root) } };
}
