using Portal.Registry.Tls;

namespace Portal.Registry.Configuration;

/// <summary>The <c>portal.tls</c> section: the UI's own TLS. Unless it says otherwise, the UI shows the registry's certificate.</summary>
public sealed record PortalTlsConfiguration
{
    /// <summary>The UI's own certificate; null: the registry's, where it has one.</summary>
    public CertificateFiles? Files { get; init; }

    /// <summary>No TLS for the UI, whatever the registry has: for a UI behind a proxy.</summary>
    public bool Disabled { get; init; }

    internal static PortalTlsConfiguration Read(SectionReader tls)
    {
        var configuration = new PortalTlsConfiguration { Files = TlsConfiguration.ReadFiles(tls), Disabled = tls.Flag("disabled") };
        if (configuration is { Disabled: true, Files: not null })
        {
            tls.Error("disabled", SettingProblem.DisabledWithCertificate, $"stands beside portal.tls.certificate; keep one of the two");
        }

        return configuration;
    }
}
