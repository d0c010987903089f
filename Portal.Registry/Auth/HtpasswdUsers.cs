using System.Collections.Frozen;
using System.Text;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>A line of an <c>htpasswd</c> file that holds no user whom a password could match.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Problem">Why, and what to do about it, as the end of a sentence that begins with the line. It repeats nothing of a hash or password.</param>
public sealed record RejectedLine(int Number, Reason Problem);

/// <summary>The users of one reading of an <c>htpasswd</c> file: names and bcrypt hashes.</summary>
/// <param name="Hashes">By name.</param>
/// <param name="Rejected">The first of the lines that hold no user.</param>
/// <param name="RejectedCount">How many such lines there are in all.</param>
public sealed record HtpasswdUsers(IReadOnlyDictionary<string, string> Hashes, IReadOnlyList<RejectedLine> Rejected, int RejectedCount)
{
    /// <summary>How many bad lines are told of one by one.</summary>
    public const int MostRejected = 20;

    /// <summary>Every hash, for who needs any.</summary>
    public string[] All { get; } = [.. Hashes.Values];

    public static HtpasswdUsers None { get; } = new(FrozenDictionary<string, string>.Empty, [], 0);

    /// <summary>
    /// Reads the lines <c>name:hash</c>. Blank ones and comments are passed over; of two with one name the first
    /// counts, as in Apache. One bad line locks nobody else out.
    /// </summary>
    public static HtpasswdUsers Parse(ReadOnlySpan<byte> content)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        var rejected = new List<RejectedLine>();
        var (number, count) = (0, 0);
        var start = content.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        while (start < content.Length)
        {
            var (end, next) = HtpasswdLine.EndOf(content, start);
            number++;
            var problem = HtpasswdLine.Read(content[start..end], out var name, out var hash);
            if (problem is null && name.Length > 0 && !hashes.TryAdd(name, hash))
            {
                problem = new Reason(
                    HtpasswdFault.NameTwice, $"has a name that stands above already, where the first line counts; remove one of the two");
            }

            if (problem is not null && ++count <= MostRejected)
            {
                rejected.Add(new RejectedLine(number, problem));
            }

            start = next;
        }

        return new HtpasswdUsers(hashes.ToFrozenDictionary(StringComparer.Ordinal), rejected, count);
    }
}
