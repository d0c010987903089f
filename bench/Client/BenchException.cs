namespace Portal.Bench;

/// <summary>The benchmark cannot go on; the message says what to do.</summary>
public sealed class BenchException(string message) : Exception(message);
