using System.Globalization;

namespace Portal.Web.Words;

/// <summary>
/// Puts values into texts. <c>{0}</c> is a value as the language writes it; <c>{0:tag|tags}</c> is the form of a word that
/// goes with the number, so that each language has as many forms as it needs; <c>{0:lower}</c> is a title's words in the
/// middle of a sentence, where a language writes them small there.
/// </summary>
public static class WordsFormat
{
    /// <summary>The text with values in the places of <c>{0}</c>, <c>{1}</c>, …</summary>
    public static string With(this string text, params ReadOnlySpan<object?> values) =>
        string.Format(new Forms(Language.Current), text, values);

    private sealed class Forms(Language language) : IFormatProvider, ICustomFormatter
    {
        public object? GetFormat(Type? formatType) =>
            formatType == typeof(ICustomFormatter) ? this : language.Culture.GetFormat(formatType);

        public string Format(string? format, object? arg, IFormatProvider? formatProvider)
        {
            if (format is not null && format.Contains('|', StringComparison.Ordinal))
            {
                var forms = format.Split('|');
                var form = language.FormOf(Convert.ToInt64(arg, CultureInfo.InvariantCulture));
                return forms[Math.Min(form, forms.Length - 1)];
            }

            if (format is "lower")
            {
                return arg?.ToString()?.ToLower(language.Culture) ?? string.Empty;
            }

            return arg is IFormattable formattable ? formattable.ToString(format, language.Culture) : arg?.ToString() ?? string.Empty;
        }
    }
}
