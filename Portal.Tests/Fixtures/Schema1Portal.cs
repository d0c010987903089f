using Portal.Registry.Configuration;

namespace Portal.Tests.Fixtures;

/// <summary>The application with manifests of schema 1 on.</summary>
public class Schema1Portal : PortalFixture
{
    /// <summary>The file of the key that signs; null for a new one. Counts from the next start on.</summary>
    public string? SigningKeyFile { get; set; }

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Schema1 = new Schema1Configuration { Enabled = true, SigningKeyFile = SigningKeyFile },
    };
}
