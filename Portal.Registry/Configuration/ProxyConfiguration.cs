namespace Portal.Registry.Configuration;

/// <summary>The <c>proxy</c> section: a mirror of another registry.</summary>
public sealed record ProxyConfiguration
{
    /// <summary>The other registry, without name and password; null when it is missing or wrong.</summary>
    public Uri? RemoteUrl { get; init; }

    public string? UserName { get; init; }

    public Secret? Password { get; init; }

    /// <summary>Put in front of each repository's name there; null for nothing.</summary>
    public string? RemoteNamespace { get; init; }

    /// <summary>How long what was fetched is kept; zero for ever.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromHours(168);

    /// <summary>A program that knows the password; null for none.</summary>
    public ProxyExecConfiguration? Exec { get; init; }

    internal static ProxyConfiguration Read(SectionReader proxy)
    {
        proxy.RequireAll("remoteurl");
        var remote = proxy.Url("remoteurl", "https://registry-1.docker.io");
        if (remote is { UserInfo.Length: > 0 })
        {
            proxy.Error("remoteurl", SettingProblem.NameInAddress, $"holds a name or a password; write them as username and password");
        }

        return new ProxyConfiguration
        {
            RemoteUrl = remote,
            UserName = proxy.Text("username"),
            Password = proxy.Secret("password"),
            RemoteNamespace = proxy.Text("remotenamespace"),
            Ttl = proxy.Duration("ttl", new ProxyConfiguration().Ttl),
            Exec = proxy.FilledSection("exec") is { } exec ? ProxyExecConfiguration.Read(exec) : null,
        };
    }
}

/// <summary>The <c>proxy.exec</c> section.</summary>
/// <param name="Command">A Docker credential helper.</param>
/// <param name="Lifetime">How long its answer holds; zero for ever.</param>
public sealed record ProxyExecConfiguration(string Command, TimeSpan Lifetime)
{
    internal static ProxyExecConfiguration Read(SectionReader exec)
    {
        exec.RequireAll("command");
        return new ProxyExecConfiguration(exec.Text("command") ?? "", exec.Duration("lifetime", TimeSpan.Zero));
    }
}
