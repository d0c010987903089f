namespace Portal.Web.Commands;

/// <summary>What the program says to its caller when it ends.</summary>
public static class ExitStatus
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It failed at work.</summary>
    public const int Failed = 1;

    /// <summary>Arguments or configuration cannot be used.</summary>
    public const int Unusable = 2;
}
