namespace Portal.Registry.Dashboard;

/// <summary>The series that are kept for charts. Their names are in the database.</summary>
public static class TrafficSeries
{
    public const string Answered = "requests.answered";
    public const string Refused = "requests.refused";
    public const string Failed = "requests.failed";
    public const string Received = "bytes.received";
    public const string Sent = "bytes.sent";
    public const string Pushes = "pushes";
    public const string Pulls = "pulls";

    /// <summary>Bytes in blobs; a level, where all others are counts.</summary>
    public const string Storage = "storage";

    internal static IEnumerable<(string Series, double Value)> Of(TrafficReading traffic) =>
    [
        (Answered, traffic.Answered),
        (Refused, traffic.Refused),
        (Failed, traffic.Failed),
        (Received, traffic.Received),
        (Sent, traffic.Sent),
        (Pushes, traffic.Pushes),
        (Pulls, traffic.Pulls),
    ];
}
