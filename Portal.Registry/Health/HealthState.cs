namespace Portal.Registry.Health;

/// <summary>How the checks stand: the one truth of <c>/v2/</c>, <c>/debug/health</c>, <c>/readyz</c> and the page.</summary>
public sealed class HealthState
{
    private volatile IReadOnlyList<CheckState> _checks = [];
    private volatile IReadOnlyList<CheckState> _failing = [];

    /// <summary>All checks, in the order of the configuration; empty when it names none.</summary>
    public IReadOnlyList<CheckState> Checks => _checks;

    /// <summary>The checks that fail; empty when the registry is in service. Asking costs one read, as each request does.</summary>
    public IReadOnlyList<CheckState> Failing => _failing;

    /// <summary>Raised after each look and each change of the checks, on a worker's thread: it must return at once and not throw.</summary>
    public event Action? Changed;

    /// <summary>Puts another state in the place of the one that is known.</summary>
    public void Set(IReadOnlyList<CheckState> checks)
    {
        _checks = checks;
        if (checks.Any(check => check.IsFailing) || _failing.Count > 0)
        {
            _failing = [.. checks.Where(check => check.IsFailing)];
        }

        Changed?.Invoke();
    }
}
