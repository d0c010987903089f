namespace Portal.Registry.Configuration;

/// <summary>The <c>compatibility.schema1</c> section.</summary>
public sealed record Schema1Configuration
{
    /// <summary>Whether manifests of Docker's first format are taken, and made for clients that know no other; off unless set.</summary>
    public bool Enabled { get; init; }

    /// <summary>The file of the key that signs them; null to make a key at the start.</summary>
    public string? SigningKeyFile { get; init; }

    internal static Schema1Configuration Read(SectionReader schema1)
    {
        // The file's key has the first name; a variable of upstream's has the second.
        var (file, variable) = (schema1.Text("signingkeyfile"), schema1.Text("trustkey"));
        if (file is not null && variable is not null && file != variable)
        {
            schema1.Error("trustkey", SettingProblem.TwoSigningKeys, $"is another name for signingkeyfile, which is set to another file; keep one");
        }

        return new Schema1Configuration { Enabled = schema1.Flag("enabled"), SigningKeyFile = file ?? variable };
    }
}
