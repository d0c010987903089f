using System.Globalization;

namespace Portal.Web.Words;

/// <summary>
/// A language that the pages speak. A new one is a line here and a file beside each of <c>Words/*.resx</c>; a text that such
/// a file lacks is shown in English.
/// </summary>
public sealed class Language
{
    public static readonly Language English = new("en", "English", decimalSign: ".", groupSign: ",", number => number == 1 ? 0 : 1);
    public static readonly Language German = new("de", "Deutsch", decimalSign: ",", groupSign: ".", number => number == 1 ? 0 : 1);

    private readonly Func<long, int> _form;

    private Language(string code, string name, string decimalSign, string groupSign, Func<long, int> form)
    {
        _form = form;
        Code = code;
        Name = name;
        Culture = new CultureInfo(code)
        {
            NumberFormat = { NumberDecimalSeparator = decimalSign, NumberGroupSeparator = groupSign, PercentDecimalSeparator = decimalSign },
        };
    }

    /// <summary>All of them, as they are offered.</summary>
    public static IReadOnlyList<Language> All { get; } = [English, German];

    /// <summary>What texts are shown in here and now: each request and each circuit has its own.</summary>
    public static Language Current => Find(CultureInfo.CurrentUICulture.Name) ?? English;

    /// <summary>The tag of BCP 47, as in <c>lang</c> of HTML.</summary>
    public string Code { get; }

    /// <summary>What its speakers call it.</summary>
    public string Name { get; }

    /// <summary>Names the file of texts, and has the signs in numbers. Nothing but texts for people may depend on it.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The language by its tag or a longer one, say <c>de-AT</c>; null when the pages do not speak it.</summary>
    public static Language? Find(string? tag) => All.FirstOrDefault(language =>
        tag is not null
        && tag.StartsWith(language.Code, StringComparison.OrdinalIgnoreCase)
        && (tag.Length == language.Code.Length || tag[language.Code.Length] == '-'));

    /// <summary>Makes it the language of what this flow of execution shows from here on.</summary>
    public void Speak() => CultureInfo.CurrentUICulture = Culture;

    /// <summary>Acts in the language, and leaves that of the caller as it was: for what somebody else's act calls.</summary>
    public void During(Action act)
    {
        var before = CultureInfo.CurrentUICulture;
        Speak();
        try
        {
            act();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    /// <summary>Which of a text's forms goes with a number, from 0, as in <c>{0:tag|tags}</c>.</summary>
    internal int FormOf(long number) => _form(number);
}
