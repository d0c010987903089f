using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;

namespace Portal.Registry.Reporting;

/// <summary>An error of the log on its way to a service.</summary>
/// <param name="Level">Error or critical.</param>
/// <param name="Logger">Which part of the registry said it.</param>
/// <param name="Message">What the line says, free of secrets.</param>
/// <param name="Exception">What went wrong; its texts have to be cleaned where they are written.</param>
/// <param name="Request">What is known of the request it happened in, under the log's names; empty outside of one.</param>
internal sealed record ErrorReport(
    DateTimeOffset Time, LogLevel Level, string Logger, string Message, Exception Exception, IReadOnlyDictionary<string, string> Request)
{
    private const int MaxCauses = 10;

    /// <summary>The exception, and what caused it, outermost first.</summary>
    public IEnumerable<Exception> Chain()
    {
        var count = 0;
        for (var exception = Exception; exception is not null && count < MaxCauses; exception = exception.InnerException, count++)
        {
            yield return exception;
        }
    }

    /// <summary>The word for the level in both services' formats, but for its case.</summary>
    public string LevelName => Level is LogLevel.Critical ? "fatal" : "error";
}

/// <summary>Who reports: the same in every report.</summary>
/// <param name="Keys">What must never be in a text that is sent.</param>
internal sealed record ReportSource(string Version, string Host, string Runtime, IReadOnlyList<Secret> Keys);
