namespace Portal.Bench;

/// <summary>One row of the table: something that both servers are made to do, in turns.</summary>
/// <param name="Name">What is done, as a person says it.</param>
/// <param name="Unit">Of the value: <c>MB/s</c>, <c>/s</c>, <c>ms</c>, <c>MiB</c>.</param>
/// <param name="Prepare">Makes ready, unmeasured, one turn of one server in one round.</param>
public sealed record Workload(string Name, string Unit, Func<Server, int, Turn> Prepare)
{
    /// <summary>The ratio to reach; 0 where the row is there to be known.</summary>
    public double Target { get; init; }

    /// <summary>Whether a smaller value is the better one, as with times: the ratio is always "how many times better".</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>The largest value of ours that will do, where the goal is no ratio; 0 for none.</summary>
    public double Limit { get; init; }
}

/// <summary>What is measured, and what is done after it, unmeasured.</summary>
public sealed record Turn(Func<Outcome> Run, Action? CleanUp = null);

/// <param name="Value">In the workload's unit.</param>
/// <param name="P99">The time below which 99 of 100 requests were answered, in milliseconds; null where none was taken.</param>
/// <param name="Times">How often the turn did the whole workload: its processor time is one of them's.</param>
public readonly record struct Outcome(double Value, double? P99 = null, int Times = 1);

/// <summary>An outcome and what it cost the server.</summary>
/// <param name="CpuSeconds">Processor time of the server for doing the workload once.</param>
/// <param name="PeakMiB">Its largest resident memory.</param>
public readonly record struct Sample(Outcome Outcome, double CpuSeconds, double PeakMiB);
