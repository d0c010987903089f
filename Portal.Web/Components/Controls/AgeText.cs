using System.Globalization;
using Portal.Web.Words;

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
            >= 365 => ControlsWords.YearsAgo.With((int)(age.TotalDays / 365)),
            >= 30 => ControlsWords.MonthsAgo.With((int)(age.TotalDays / 30)),
            >= 1 => ControlsWords.DaysAgo.With((int)age.TotalDays),
            _ when age.TotalHours >= 1 => ControlsWords.HoursAgo.With((int)age.TotalHours),
            _ when age.TotalMinutes >= 1 => ControlsWords.MinutesAgo.With((int)age.TotalMinutes),
            _ => ControlsWords.JustNow,
        };
    }

    /// <summary><c>2026-03-01 14:05:09 UTC</c>.</summary>
    public static string Exact(DateTimeOffset moment)
    {
        return moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
    }
}
