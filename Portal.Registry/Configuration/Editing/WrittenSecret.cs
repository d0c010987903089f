using YamlDotNet.Core;

namespace Portal.Registry.Configuration.Editing;

/// <summary>A secret of a text, and how it is written there.</summary>
internal sealed record WrittenSecret(SecretSpot Spot, string Source)
{
    public string Text => Spot.Text;

    /// <summary>What to write where a placeholder stands: character for character what it was, if that means the same there.</summary>
    public string AsWrittenFor(SecretSpot placeholder)
    {
        if (Spot.Piece is not { } piece || placeholder.Piece is not { } there || Spot.Kind is not SecretKind.Value)
        {
            return Source;
        }

        var isOneLine = !Source.Contains('\n');
        var meansTheSame = piece.Style switch
        {
            ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted when isOneLine => true,
            ScalarStyle.Plain when isOneLine => piece.IsFlow || !there.IsFlow,
            _ => !piece.IsFlow && !there.IsFlow && Spot.KeyColumn == placeholder.KeyColumn,
        };
        return meansTheSame && there.Style is ScalarStyle.Plain ? Source : OnOneLineFor(placeholder);
    }

    /// <summary>The same without a line break.</summary>
    public string OnOneLineFor(SecretSpot placeholder) =>
        Spot.Kind is SecretKind.Value && placeholder.Piece is { Style: not (ScalarStyle.Literal or ScalarStyle.Folded) } ? YamlScalar.Quote(Text) : Source;
}
