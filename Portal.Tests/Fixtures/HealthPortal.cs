using Portal.Registry.Configuration;
using Portal.Registry.Health;

namespace Portal.Tests.Fixtures;

/// <summary>The application with health checks, which a test may change while it runs, and a debug listener.</summary>
public sealed class HealthPortal : PortalFixture
{
    /// <summary>Quick, so that no test waits long.</summary>
    public static readonly HealthCheckPace Quick = new(TimeSpan.FromMilliseconds(20), 1);

    /// <summary>What it starts with.</summary>
    public HealthConfiguration Health { get; set; } = new();

    public HealthState State => Get<HealthState>();

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Health = Health,
        Http = base.Configuration.Http with { Debug = new DebugConfiguration(new ListenAddress("127.0.0.1", 0), MetricsPath: null) },
    };

    /// <summary>A file by which the portal is taken out of service, and the check that looks for it.</summary>
    public (string Path, FileCheckConfiguration Check) FileCheck(HealthCheckPace? pace = null)
    {
        var path = Path.Combine(Root, "closed");
        return (path, new FileCheckConfiguration(path, pace ?? Quick));
    }

    /// <summary>Puts other checks in force, as a saved configuration does.</summary>
    public void Apply(HealthConfiguration health)
    {
        var live = Get<LiveConfiguration>();
        live.Apply(live.Current with { Health = health });
    }

    /// <summary>Waits until exactly these fail.</summary>
    public Task FailingAsync(params string[] names) => Patience.UntilAsync(
        () => State.Failing.Select(check => check.Name).SequenceEqual(names) ? State : null, $"failing of [{string.Join(", ", names)}]");

    /// <summary>Waits for a check that is as a test wants it.</summary>
    public Task<CheckState> CheckAsync(Func<CheckState, bool> isWanted, string what) =>
        Patience.UntilAsync(() => State.Checks.FirstOrDefault(isWanted), what);
}
