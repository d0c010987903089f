namespace Portal.Registry.Configuration;

/// <summary>
/// The configuration in force, for what may change while the registry runs: log level and access log, headers, deletion,
/// read-only mode, health checks and limits. Who depends on one of these looks here each time and keeps nothing.
/// </summary>
public sealed class LiveConfiguration(RegistryConfiguration configuration)
{
    private volatile RegistryConfiguration _current = configuration;

    /// <summary>One whole configuration: a change replaces it, so that nobody sees half of one.</summary>
    public RegistryConfiguration Current => _current;

    /// <summary>Raised after a change, for what has to be told.</summary>
    public event Action? Changed;

    /// <summary>Puts another configuration in force. What takes a restart stays as it was until then.</summary>
    public void Apply(RegistryConfiguration next)
    {
        _current = next;
        Changed?.Invoke();
    }
}
