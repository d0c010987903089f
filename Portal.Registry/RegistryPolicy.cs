namespace Portal.Registry;

/// <summary>What the configuration allows, whoever asks.</summary>
public sealed class RegistryPolicy
{
    /// <summary><c>storage.delete.enabled</c>.</summary>
    public required bool DeleteEnabled { get; init; }
}
