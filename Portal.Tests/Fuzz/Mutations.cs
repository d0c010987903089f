using System.Text;
using System.Text.Json.Nodes;

namespace Portal.Tests.Fuzz;

/// <summary>Damage of every kind to what was valid.</summary>
internal static class Mutations
{
    private static readonly string[] OddJson =
    [
        "null", "true", "0", "-1", "2", "2.0", "1e999", "-9223372036854775809", "9223372036854775807", "1" + new string('0', 400), "\"\"",
        "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"ü🙂\"", "\"sha256:\"", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":{}}",
        "{\"a\":null}", "{\"a\":1,\"a\":2}", "{\"\\ud800\":1}", "[1,]", "NaN", "'x'", "/**/1", "\"" + new string('x', 5000) + "\"",
        new string('[', 63) + new string(']', 63), new string('[', 5000) + new string(']', 5000), new string('{', 100),
    ];

    public static T Pick<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    /// <summary>Damages text in a few places: pieces are put in, cut out, said twice or exchanged, and the end is lost.</summary>
    /// <param name="pieces">What means something in this kind of text.</param>
    public static string Damage(this Random random, string text, IReadOnlyList<string> pieces)
    {
        var damaged = new StringBuilder(text);
        for (var edits = random.Next(1, 6); edits > 0; edits--)
        {
            var at = random.Next(damaged.Length + 1);
            var length = Math.Min(random.Next(1, 1 << random.Next(1, 8)), damaged.Length - at);
            switch (random.Next(7))
            {
                case 0:
                    damaged.Length = at;
                    break;
                case 1:
                    damaged.Remove(at, length);
                    break;
                case 2:
                    damaged.Insert(at, damaged.ToString(at, length));
                    break;
                case 3 when at < damaged.Length:
                    damaged[at] = (char)random.Next(random.Next(2) == 0 ? 128 : 65536);
                    break;
                case 4:
                    damaged.Remove(at, length).Insert(at, random.Pick(pieces));
                    break;
                default:
                    damaged.Insert(at, random.Pick(pieces));
                    break;
            }
        }

        return damaged.ToString();
    }

    /// <summary>Damages bytes: bits are turned, pieces cut out or said twice, the end is lost.</summary>
    public static byte[] Damage(this Random random, byte[] content)
    {
        var damaged = content.ToList();
        for (var edits = random.Next(1, 4); edits > 0 && damaged.Count > 0; edits--)
        {
            var at = random.Next(damaged.Count);
            var length = Math.Min(random.Next(1, 40), damaged.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
                case 1:
                    damaged.RemoveRange(at, length);
                    break;
                case 2:
                    damaged.InsertRange(at, damaged.GetRange(at, length));
                    break;
                case 3:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    damaged.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. damaged];
    }

    /// <summary>Puts odd values in the place of some, leaves some out, and says some keys twice.</summary>
    public static string DamageJson(this Random random, string json)
    {
        var root = JsonNode.Parse(json)!;
        var swaps = new Dictionary<string, string>();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var mark = $"@{edits}@";
            var nodes = Descend(root).ToList();
            if (nodes.Count == 0)
            {
                break;
            }

            switch (random.Pick(nodes))
            {
                case { Parent: JsonArray list } item when random.Next(3) == 0:
                    list.Insert(random.Next(list.Count + 1), item.DeepClone());
                    break;
                case { Parent: JsonObject section } value when random.Next(3) == 0:
                    section.Remove(value.GetPropertyName());
                    break;
                case { Parent: JsonObject section } value when random.Next(3) == 0:
                    swaps[$"\"{mark}\""] = $"\"{value.GetPropertyName()}\"";
                    section.Add(mark, value.DeepClone());
                    break;
                case var value:
                    swaps[$"\"{mark}\""] = random.Pick(OddJson);
                    value.ReplaceWith(mark);
                    break;
            }
        }

        var text = new StringBuilder(root.ToJsonString());
        foreach (var (mark, replacement) in swaps)
        {
            text.Replace(mark, replacement);
        }

        return text.ToString();
    }

    private static IEnumerable<JsonNode> Descend(JsonNode node)
    {
        var children = node switch
        {
            JsonObject section => section.Select(property => property.Value),
            JsonArray list => list,
            _ => [],
        };
        return children.OfType<JsonNode>().SelectMany(child => Descend(child).Prepend(child));
    }
}
