using System.Globalization;

namespace Portal.Web.Commands;

/// <summary>The arguments of <c>htpasswd</c>, read as Apache's tool reads them: <c>-Bbn</c>, <c>-B -b -n</c>, <c>-C 10</c>, <c>-C10</c>.</summary>
internal sealed record HtpasswdOptions
{
    public const int LeastCost = 4;
    public const int MostCost = 17;

    /// <summary>Options of Apache's tool that this one does not have.</summary>
    private const string Foreign = "cm25dspDvr";

    /// <summary>bcrypt's logarithmic work factor; 5, as Apache's tool has it.</summary>
    public int Cost { get; private set; } = 5;

    /// <summary>The password is an argument.</summary>
    public bool IsBatch { get; private set; }

    /// <summary>The password is the first line of standard input.</summary>
    public bool ReadsInput { get; private set; }

    public string User { get; private set; } = "";

    /// <summary>The password given as an argument; null without <c>-b</c>.</summary>
    public string? Password { get; private set; }

    /// <summary>Null, with what is wrong, when the arguments cannot be used.</summary>
    public static HtpasswdOptions? Parse(IReadOnlyList<string> args, out string problem)
    {
        var options = new HtpasswdOptions();
        var (prints, bcrypt, next) = (false, false, 0);
        problem = "";

        // 1. Options: letters after a hyphen, together or apart, up to the first word or "--".
        while (next < args.Count && problem.Length == 0 && args[next] is ['-', _, ..] word)
        {
            next++;
            if (word == "--")
            {
                break;
            }

            for (var i = 1; i < word.Length && problem.Length == 0; i++)
            {
                switch (word[i])
                {
                    case 'n':
                        prints = true;
                        break;
                    case 'B':
                        bcrypt = true;
                        break;
                    case 'b':
                        options.IsBatch = true;
                        break;
                    case 'i':
                        options.ReadsInput = true;
                        break;
                    case 'C':
                        var cost = i + 1 < word.Length ? word[(i + 1)..] : next < args.Count ? args[next++] : "";
                        problem = options.TakeCost(cost);
                        i = word.Length;
                        break;
                    case var letter:
                        problem = Foreign.Contains(letter)
                            ? $"the option -{letter} is not supported; only bcrypt to standard output is: -Bbn user password"
                            : $"there is no option -{letter}";
                        break;
                }
            }
        }

        if (problem.Length > 0)
        {
            return null;
        }

        // 2. What the options ask for.
        problem = (prints, bcrypt, options) switch
        {
            (false, _, _) => "writing to a file is not supported yet; add -n and redirect the output to the file",
            (_, false, _) => "only bcrypt is supported, as the registry accepts no other; add -B",
            (_, _, { IsBatch: true, ReadsInput: true }) => "-b and -i exclude each other",
            _ => options.TakeWords([.. args.Skip(next)]),
        };
        return problem.Length > 0 ? null : options;
    }

    private string TakeCost(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var cost) || cost is < LeastCost or > MostCost)
        {
            return $"-C takes a cost from {LeastCost} to {MostCost}";
        }

        Cost = cost;
        return "";
    }

    private string TakeWords(string[] words)
    {
        switch (words)
        {
            case [var user, var password] when IsBatch:
                (User, Password) = (user, password);
                return "";
            case [var user] when !IsBatch:
                User = user;
                return "";
            default:
                return IsBatch ? "-b needs a user and a password" : "one user is needed";
        }
    }
}
