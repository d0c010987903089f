namespace Portal.Registry.Inspection;

/// <summary>
/// Turns what builders wrote into <c>created_by</c> back into instructions: Docker's classic builder
/// (<c>/bin/sh -c #(nop) …</c>), BuildKit, Buildah, and Windows' shells. Read the steps in their order: <c>SHELL</c> changes
/// what the steps behind it look like.
/// </summary>
internal sealed class InstructionReader
{
    private const string NoOperation = "#(nop)";
    private const string BuildKit = "# buildkit";

    private static readonly string[] Shells = ["/bin/sh -c ", "cmd /S /C ", "powershell -Command "];

    private static readonly string[] Keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    private string? _shell;

    /// <returns>The keyword, empty where there is none; its arguments; and what the builder was given beside them.</returns>
    public (string Keyword, string Arguments, string? BuildArguments) Read(string createdBy)
    {
        var text = createdBy.Trim();
        if (text.EndsWith(BuildKit, StringComparison.Ordinal))
        {
            text = text[..^BuildKit.Length].TrimEnd();
        }

        var (keyword, rest) = Split(text);
        if (keyword is not ("" or "RUN"))
        {
            return (keyword, Arguments(keyword, rest), null);
        }

        var (command, given) = WithoutBuildArguments(rest);
        if (ShellOf(command) is not { } shell)
        {
            return (keyword, command, given);
        }

        command = command[shell.Length..].TrimStart();
        if (!command.StartsWith(NoOperation, StringComparison.Ordinal))
        {
            return ("RUN", command, given);
        }

        (keyword, rest) = Split(command[NoOperation.Length..].Trim());
        return (keyword, Arguments(keyword, rest), given);
    }

    private static (string Keyword, string Arguments) Split(string text)
    {
        var keyword = Keywords.FirstOrDefault(word =>
            text.Length > word.Length && text.StartsWith(word, StringComparison.Ordinal) && char.IsWhiteSpace(text[word.Length]));
        return keyword is null ? (string.Empty, text) : (keyword, text[keyword.Length..].Trim());
    }

    private string Arguments(string keyword, string text)
    {
        var arguments = GoText.ToInstruction(keyword, text);
        if (keyword == "SHELL")
        {
            _shell = string.Concat(GoText.Words(arguments).Select(word => word + " "));
        }

        return arguments;
    }

    private string? ShellOf(string command)
    {
        return _shell is { Length: > 0 } && command.StartsWith(_shell, StringComparison.Ordinal)
            ? _shell
            : Shells.FirstOrDefault(shell => command.StartsWith(shell, StringComparison.Ordinal));
    }

    /// <summary>Builders put build arguments before the shell: <c>|2 A=1 B=2 /bin/sh -c make</c>.</summary>
    private (string Command, string? Given) WithoutBuildArguments(string command)
    {
        if (!command.StartsWith('|'))
        {
            return (command, null);
        }

        var shell = Shells.Append(_shell).Where(text => !string.IsNullOrEmpty(text))
            .Select(text => command.IndexOf($" {text}", StringComparison.Ordinal)).Where(place => place >= 0)
            .DefaultIfEmpty(-1).Min();
        if (shell < 0)
        {
            return (command, null);
        }

        var count = command.IndexOf(' ');
        return (command[(shell + 1)..], count < shell ? command[count..shell].Trim() : null);
    }
}
