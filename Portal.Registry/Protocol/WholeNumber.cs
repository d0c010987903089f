using System.Globalization;
using System.Numerics;

namespace Portal.Registry.Protocol;

/// <summary>A number of the protocol: digits and nothing else.</summary>
internal static class WholeNumber
{
    /// <returns>False when the text is no number, or one that the type cannot hold.</returns>
    public static bool TryParse<T>(ReadOnlySpan<char> text, out T number)
        where T : INumberBase<T>
    {
        // The framework takes NUL characters behind the digits, too.
        number = T.Zero;
        return !text.ContainsAnyExceptInRange('0', '9') && T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number!);
    }
}
