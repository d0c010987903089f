namespace Portal.Registry.Configuration;

/// <summary>A password, key or token: whatever prints it, prints <c>***</c>.</summary>
/// <param name="Value">What it is, for where it is used.</param>
public sealed record Secret(string Value)
{
    /// <summary>What stands in its place wherever it is shown.</summary>
    public const string Mask = "***";

    /// <inheritdoc/>
    public override string ToString() => Mask;
}
