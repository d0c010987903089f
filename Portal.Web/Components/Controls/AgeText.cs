using System.Globalization;

namespace Portal.Web.Components.Controls;

/// <summary>Moments as people read them: how long ago, and exactly.</summary>
public static class AgeText
{
    /// <summary><c>3 days ago</c>: the largest whole unit. A moment ahead of our clock is "just now".</summary>
    public static string Describe(DateTimeOffset moment, DateTimeOffset now)
    {
        var age = now - moment;
        return age.TotalDays switch
        {
            >= 365 => Count((int)(age.TotalDays / 365), "year"),
            >= 30 => Count((int)(age.TotalDays / 30), "month"),
            >= 1 => Count((int)age.TotalDays, "day"),
            _ when age.TotalHours >= 1 => Count((int)age.TotalHours, "hour"),
            _ when age.TotalMinutes >= 1 => Count((int)age.TotalMinutes, "minute"),
            _ => "just now",
        };
    }

    /// <summary><c>2026-03-01 14:05:09 UTC</c>.</summary>
    public static string Exact(DateTimeOffset moment)
    {
        return moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
    }

    private static string Count(int number, string unit)
    {
        return string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? string.Empty : "s")} ago");
    }
}
