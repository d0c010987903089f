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
