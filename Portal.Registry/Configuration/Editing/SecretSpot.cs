namespace Portal.Registry.Configuration.Editing;

/// <summary>What kind of text holds a secret.</summary>
internal enum SecretKind
{
    /// <summary>A whole value.</summary>
    Value,

    /// <summary>The password within an address or a list of settings.</summary>
    Part,

    /// <summary>What stands behind a secret's name in a comment.</summary>
    Comment,
}

/// <summary>Characters of a text that must not be shown.</summary>
/// <param name="Path">
/// Whose secret it is, so that the same path in another text means the same secret. <see cref="EntryMatch"/> says which
/// entry of a list is the same one.
/// </param>
/// <param name="Text">The secret as YAML reads it.</param>
internal sealed record SecretSpot(SecretKind Kind, string Path, int Start, int End, string Text)
{
    /// <summary>The value's own piece; null for a comment.</summary>
    public YamlPiece? Piece { get; init; }

    /// <summary>It lies in an entry of a list that was not in the text before, so that no secret of that text is meant.</summary>
    public bool IsNew { get; init; }

    /// <summary>Where the key begins in its line, from 0.</summary>
    public int KeyColumn { get; init; }
}
