using System.Text;
using Portal.Registry.Auth;

namespace Portal.Web.Commands;

/// <summary>Apache's <c>htpasswd</c>, as far as registries use it: one bcrypt line to standard output.</summary>
public static class HtpasswdCommand
{
    private const string Usage = "Usage: htpasswd -Bbn [-C cost] user password | htpasswd -Bin [-C cost] user | htpasswd -Bn [-C cost] user";

    /// <summary>Runs the command on the process's own terminal, without echo while a password is typed.</summary>
    /// <returns>An <see cref="ExitStatus"/>.</returns>
    public static int Run(IReadOnlyList<string> args) =>
        Run(args, Console.In, Console.Out, Console.Error, Console.IsInputRedirected ? null : ReadHidden);

    /// <summary>Runs the command; without <c>-b</c> the password comes from <paramref name="input"/>.</summary>
    /// <param name="args">What follows the command's name.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Where the line goes.</param>
    /// <param name="error">Where prompts and problems go.</param>
    /// <returns>An <see cref="ExitStatus"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextReader input, TextWriter output, TextWriter error) =>
        Run(args, input, output, error, readHidden: null);

    private static int Run(
        IReadOnlyList<string> args, TextReader input, TextWriter output, TextWriter error, Func<string>? readHidden)
    {
        if (HtpasswdOptions.Parse(args, out var problem) is not { } options)
        {
            error.WriteLine($"htpasswd: {problem}");
            error.WriteLine(Usage);
            return ExitStatus.Unusable;
        }

        problem = UserNames.FindProblem(options.User)?.ToString() ?? "";
        var password = "";
        if (problem.Length == 0)
        {
            password = options.Password ?? ReadPassword(options, input, error, readHidden, out problem);
        }

        problem = problem.Length == 0 ? UserNames.FindPasswordProblem(password)?.ToString() ?? "" : problem;
        if (problem.Length > 0)
        {
            error.WriteLine($"htpasswd: {problem}");
            return ExitStatus.Unusable;
        }

        // Apache's prefix: "2y" names the same algorithm as "2b".
        var salt = BCrypt.Net.BCrypt.GenerateSalt(options.Cost, 'y');
        output.Write($"{options.User}:{BCrypt.Net.BCrypt.HashPassword(password, salt)}\n\n");
        output.Flush();
        return ExitStatus.Done;
    }

    private static string ReadPassword(
        HtpasswdOptions options, TextReader input, TextWriter error, Func<string>? readHidden, out string problem)
    {
        problem = "";
        if (options.ReadsInput)
        {
            return input.ReadLine() ?? "";
        }

        var read = readHidden ?? (() => input.ReadLine() ?? "");
        var first = Ask("New password: ");
        problem = Ask("Re-type new password: ") == first ? "" : "the two passwords differ";
        return first;

        string Ask(string prompt)
        {
            error.Write(prompt);
            error.Flush();
            var answer = read();
            error.WriteLine();
            return answer;
        }
    }

    private static string ReadHidden()
    {
        var password = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key is not ConsoleKey.Enter)
        {
            if (key.Key is ConsoleKey.Backspace)
            {
                password.Length = Math.Max(0, password.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                password.Append(key.KeyChar);
            }
        }

        return password.ToString();
    }
}
