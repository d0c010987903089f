using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;

namespace Portal.Registry.Observability;

/// <summary>One line of a mail.</summary>
/// <param name="Message">What the line says, without its fields.</param>
/// <param name="Text">The line whole.</param>
internal sealed record MailLine(LogLevel Level, string Message, string Text);

/// <summary>Lines on their way into a mail. Adding one never waits: what finds no room is counted and dropped.</summary>
public sealed class MailQueue
{
    /// <summary>Lines that wait for one mail, at most.</summary>
    public const int Capacity = 200;

    // An exception's text may be long; a mail is to be read.
    private const int LongestLine = 4096;

    private readonly Channel<MailLine> _lines =
        Channel.CreateBounded<MailLine>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private int _dropped;

    internal void Add(LogLevel level, in LogLine line)
    {
        var text = line.ToString(LogFormatter.Text);
        text = text.Length <= LongestLine ? text : text[..LongestLine] + " …";
        if (!_lines.Writer.TryWrite(new MailLine(level, line.Message, text)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <returns>False when the queue will never have a line again.</returns>
    internal ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _lines.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Everything that waits, oldest first, and how many lines found no room since the last time.</summary>
    internal (List<MailLine> Lines, int Dropped) TakeAll()
    {
        var lines = new List<MailLine>();
        while (_lines.Reader.TryRead(out var line))
        {
            lines.Add(line);
        }

        return (lines, Interlocked.Exchange(ref _dropped, 0));
    }
}
