using System.Text;

namespace Portal.Tests.Unit.Auth;

/// <summary>Files as people really have them. <c>HASH</c> stands for a good hash; <c>first</c> and <c>last</c> are good entries around what is bad.</summary>
internal static class HtpasswdBadFiles
{
    public const string Hash = "$2y$05$oVMJ5fb8e6EbvIWtHUeFBOqEHMuVvk1tnEYAOBSXgSGR1zeDpJP0C";

    private const string Salted = "oVMJ5fb8e6EbvIWtHUeFBOqEHMuVvk1tnEYAOBSXgSGR1zeDpJP0C";

    /// <summary>One bad line between two good ones, and a part of what the log says of it.</summary>
    public static TheoryData<string, string> Lines => new()
    {
        { "ada:$apr1$qwertyui$abcdefghijklmnopqrstu1", "Apache's MD5 hash ($apr1$)" },
        { "ada:$1$qwertyui$abcdefghijklmnopqrstu1", "an MD5 hash ($1$)" },
        { "ada:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=", "a SHA-1 hash ({SHA})" },
        { "ada:{SSHA}qUqP5cyxm6YcTAhz05Hph5gvu9MAAAA=", "a salted SHA-1 hash ({SSHA})" },
        { "ada:$5$salt$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8", "SHA-256 hash of crypt" },
        { "ada:$6$salt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/", "SHA-512 hash of crypt" },
        { "ada:$7$CU..../....salt$hash", "an scrypt hash" },
        { "ada:$y$j9T$salt$hash", "a yescrypt hash" },
        { "ada:$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", "an Argon2 hash" },
        { "ada:rqXexS6ZhobKA", "a DES hash of crypt" },
        { "ada:password", "a password in plain text" },
        { "ada:correct horse", "a password in plain text" },
        { "ada:", "no hash behind its name" },
        { "ada:   ", "no hash behind its name" },
        { "ada", "no colon" },
        { "ada HASH", "no colon" },
        { "$2y$05$" + Salted, "no colon" },
        { ":HASH", "no name before its colon" },
        { "::HASH", "no name before its colon" },
        { "first:HASH", "stands above already" },
        { "first:$2y$05$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "stands above already" },
        { "ada:$2y$03$" + Salted, "cost 3, which is not from 4 to 20" },
        { "ada:$2y$21$" + Salted, "cost 21, which is not from 4 to 20" },
        { "ada:$2y$31$" + Salted, "cost 31" },
        { "ada:$2y$99$" + Salted, "cost 99" },
        { "ada:$2z$05$" + Salted, "begins with none of" },
        { "ada:$2$05$" + Salted, "begins with none of" },
        { "ada:$2y$5$" + Salted, "begins with none of" },
        { "ada:$2y$0x$" + Salted, "begins with none of" },
        { "ada:$2y", "begins with none of" },
        { "ada:$2y$05$short", "12 characters where there are 60" },
        { "ada:HASHx", "61 characters where there are 60" },
        { "ada:$2y$05$oVMJ5fb8e6EbvIWtHUeFBOqEHMuVvk1tnEYAOBSXgSGR1zeDpJP0\u00e9", "character in its bcrypt hash" },
        { "ada:$2y$05$oVMJ5fb8e6EbvIWtHUeFBOqEHMuVvk1 nEYAOBSXgSGR1zeDpJP0C", "character in its bcrypt hash" },
        { "ada:HASH # the first of them", "character in its bcrypt hash" },
        { "ada:HASH:Ada Lovelace", "something more behind its hash" },
        { "ada:\"HASH\"", "a password in plain text, or a hash of an unknown kind" },
        { "ada: HASH", "a password in plain text, or a hash of an unknown kind" },
        { "\"ada\" HASH", "no colon" },
        { "ad\u0007a:HASH", "control character" },
        { "ada\u001b[31m:HASH", "control character" },
        { "ad\0a:HASH", "zero byte" },
        { "ada:\0", "zero byte" },
        { new string('a', 256) + ":HASH", "longer than 255 bytes" },
        { new string('é', 128) + ":HASH", "longer than 255 bytes" },
        { new string('x', 5000), "longer than 4096 bytes" },
        { "ada:" + new string('x', 5000), "longer than 4096 bytes" },
        { "\uFEFFada", "no colon" },
        { "// a comment of another language", "no colon" },
        { "users: # YAML", "a password in plain text, or a hash of an unknown kind" },
        { "<html>", "no colon" },
    };

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace("HASH", Hash, StringComparison.Ordinal));
}
