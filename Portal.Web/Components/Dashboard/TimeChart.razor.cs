using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Portal.Web.Words;

namespace Portal.Web.Components.Dashboard;

/// <summary>One line, or one part of each bar.</summary>
/// <param name="Style">The class that gives the colour.</param>
/// <param name="Values">One for each point.</param>
/// <param name="Sum">What it comes to, for the legend.</param>
public sealed record ChartLine(string Name, string Style, IReadOnlyList<double> Values, string Sum);

public sealed partial class TimeChart
{
    private const double Height = 100;
    private const int MostTimeMarks = 7;
    private const double LastTimeMark = 0.93;

    private static readonly TimeSpan[] RoundSteps =
    [
        .. new[] { 1, 5, 10, 15, 30 }.Select(minutes => TimeSpan.FromMinutes(minutes)),
        .. new[] { 1, 2, 4, 6, 12 }.Select(hours => TimeSpan.FromHours(hours)),
        .. new[] { 1, 2, 7, 14 }.Select(days => TimeSpan.FromDays(days)),
    ];

    private ChartAxis _axis = new([0, 1]);
    private Dictionary<ChartLine, double[]> _below = [];

    [Parameter, EditorRequired]
    public string Title { get; set; } = string.Empty;

    /// <summary>What the numbers are.</summary>
    [Parameter, EditorRequired]
    public string Caption { get; set; } = string.Empty;

    [Parameter, EditorRequired]
    public ChartUnit Unit { get; set; }

    /// <summary>Where the points begin.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<DateTimeOffset> Times { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<ChartLine> Lines { get; set; } = [];

    /// <summary>Bars with a part for each line, in place of lines.</summary>
    [Parameter]
    public bool IsStacked { get; set; }

    private bool IsLong => Times[^1] - Times[0] > TimeSpan.FromDays(2);

    private string ShortTime => IsLong ? DashboardWords.DayOfMonth : "HH:mm";

    // Of days, the hours say nothing.
    private string ExactTime => Times.Count > 1 && Times[1] - Times[0] >= TimeSpan.FromDays(1) ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm";

    /// <summary>Points whose time is written below: round ones, not too many, with room for the last one.</summary>
    private IEnumerable<int> TimeMarks
    {
        get
        {
            var step = Times.Count > 1 ? Times[1] - Times[0] : TimeSpan.FromDays(1);
            var apart = RoundSteps.FirstOrDefault(round => round >= step * Times.Count / MostTimeMarks, RoundSteps[^1]);
            return Enumerable.Range(0, Times.Count).Where(place => Times[place].Ticks % apart.Ticks == 0 && place <= Times.Count * LastTimeMark);
        }
    }

    protected override void OnParametersSet()
    {
        var below = new Dictionary<ChartLine, double[]>();
        var sums = new double[Times.Count];
        foreach (var line in Lines)
        {
            below[line] = [.. sums];
            for (var point = 0; point < sums.Length; point++)
            {
                sums[point] = IsStacked ? sums[point] + line.Values[point] : Math.Max(sums[point], line.Values[point]);
            }
        }

        _below = below;
        _axis = ChartAxis.For(sums.DefaultIfEmpty().Max(), Unit);
    }

    private static string Number(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    private string Y(double value) => Number(Height - (value / _axis.Top * Height));

    private string Bars(ChartLine line)
    {
        var path = new StringBuilder();
        for (var point = 0; point < Times.Count; point++)
        {
            if (line.Values[point] > 0)
            {
                var below = _below[line][point];
                path.Append(CultureInfo.InvariantCulture, $"M{Number(point + .1)} {Y(below)}V{Y(below + line.Values[point])}H{Number(point + .9)}V{Y(below)}Z");
            }
        }

        return path.ToString();
    }

    private string Line(ChartLine line)
    {
        var path = new StringBuilder();
        for (var point = 0; point < Times.Count; point++)
        {
            path.Append(point == 0 ? 'M' : 'L').Append(Number(point + .5)).Append(' ').Append(Y(line.Values[point]));
        }

        return path.ToString();
    }

    private string Area(ChartLine line) => $"{Line(line)}L{Number(Times.Count - .5)} {Y(0)}L0.5 {Y(0)}Z";
}
