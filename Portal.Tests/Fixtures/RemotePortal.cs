using Portal.Registry.Configuration;

namespace Portal.Tests.Fixtures;

/// <summary>The application with Debian's <c>docker-registry</c> as a registry elsewhere, and one that nobody answers for.</summary>
public sealed class RemotePortal : ChromiumFixture
{
    /// <summary>Where the registry elsewhere is; a test starts it.</summary>
    public Uri Elsewhere { get; } = ChildProcess.FreeAddress();

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Portal = base.Configuration.Portal with
        {
            Registries =
            [
                new RemoteRegistryConfiguration { Name = "old", Url = Elsewhere },
                new RemoteRegistryConfiguration { Name = "frozen", Url = Elsewhere, ReadOnly = true },
                new RemoteRegistryConfiguration { Name = "gone", Url = new Uri("http://127.0.0.1:1") },
            ],
        },
    };
}
