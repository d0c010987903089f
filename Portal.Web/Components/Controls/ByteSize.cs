using System.Globalization;
using Portal.Web.Words;

namespace Portal.Web.Components.Controls;

/// <summary>Sizes as people read them: binary units with one decimal.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    public static string Format(long bytes)
    {
        if (bytes < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        // 1023.95 would print as 1024.0 of a unit whose next one begins there.
        var value = bytes / 1024d;
        var unit = 0;
        while (value >= 1023.95 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(Language.Current.Culture, $"{value:F1} {Units[unit]}");
    }
}
