namespace Portal.Web.Commands;

/// <summary>What the program was asked to do.</summary>
public abstract record ParsedCommand;

/// <summary>Run registry and UI.</summary>
/// <param name="ConfigurationPath">The file named in the arguments; null when none is.</param>
public sealed record ServeArguments(string? ConfigurationPath) : ParsedCommand;

/// <summary>Print what a configuration comes to, or what is wrong with it.</summary>
/// <param name="ConfigurationPath">The file named in the arguments; null when none is.</param>
public sealed record ConfigCheckArguments(string? ConfigurationPath) : ParsedCommand;

/// <summary>Print every key of the configuration's format.</summary>
public sealed record ConfigKeysArguments : ParsedCommand;

/// <summary>Remove what nothing refers to from the storage.</summary>
/// <param name="ConfigurationPath">The file named in the arguments; null when none is.</param>
/// <param name="IsDryRun">Only print what would go.</param>
/// <param name="DeletesUntagged">Manifests without a tag go as well.</param>
/// <param name="IsQuiet">Print problems only.</param>
/// <param name="Grace">What was written within this time stays.</param>
public sealed record GarbageCollectArguments(
    string? ConfigurationPath, bool IsDryRun = false, bool DeletesUntagged = false, bool IsQuiet = false, TimeSpan Grace = default) : ParsedCommand;

/// <summary>Write a line of an htpasswd file.</summary>
/// <param name="Arguments">What follows the command's name.</param>
public sealed record HtpasswdArguments(IReadOnlyList<string> Arguments) : ParsedCommand;

/// <summary>Print the version to standard output.</summary>
public sealed record VersionArguments : ParsedCommand;

/// <summary>Print <see cref="CommandLine.Usage"/> to standard output.</summary>
public sealed record HelpArguments : ParsedCommand;

/// <summary>The arguments make no sense: print message and usage to standard error, exit with <see cref="ExitStatus.Unusable"/>.</summary>
/// <param name="Message">What is wrong, in one line.</param>
public sealed record UnusableArguments(string Message) : ParsedCommand;
