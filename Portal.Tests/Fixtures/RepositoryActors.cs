using Portal.Registry;
using Portal.Registry.Auth;

namespace Portal.Tests.Fixtures;

/// <summary>Who asks a service in tests.</summary>
internal static class RepositoryActors
{
    /// <summary>Somebody in the pages of a registry without sign-in, on the machine itself.</summary>
    public static Identity Local { get; } = Identity.Everyone with { IsAtPages = true, IsLocal = true };

    /// <summary>Somebody in the same pages from elsewhere, who may pull only.</summary>
    public static Identity Guest { get; } = Local with { IsLocal = false };

    public static RequestActor Of(Identity identity) => new() { Identity = identity, Address = "192.0.2.7:4000", RequestId = "test" };
}
