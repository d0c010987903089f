using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Portal.Registry.Configuration.Editing;

/// <summary>How a value is written in YAML.</summary>
internal static partial class YamlScalar
{
    /// <summary>As it is where that means the same in every place and to every reader; else in double quotes.</summary>
    public static string Write(string text) => Plain().IsMatch(text) && !Word().IsMatch(text) ? text : Quote(text);

    /// <summary>In double quotes, on one line.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\n' => @"\n",
                '\t' => @"\t",
                < ' ' or >= '\u007f' and <= '\u00a0' or '\u2028' or '\u2029' or '\ufeff' =>
                    string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9/._](?:[A-Za-z0-9/._@+=-]|:(?=[A-Za-z0-9/._@+=-]))*\z")]
    private static partial Regex Plain();

    /// <summary>What some readers of YAML take for something else than text. true and false are what they say.</summary>
    [GeneratedRegex(@"\A(?:null|yes|no|on|off|y|n|\.+|\.\.\..*)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
