using System.Text;
using Portal.Registry.Auth;

namespace Portal.Tests.Unit.Auth;

public sealed class HtpasswdUsersTests
{
    private const string Hash = "$2y$05$oVMJ5fb8e6EbvIWtHUeFBOqEHMuVvk1tnEYAOBSXgSGR1zeDpJP0C";

    [Theory]
    [InlineData("ada:HASH")]
    [InlineData("ada:HASH\n")]
    [InlineData("ada:HASH\r\n")]
    [InlineData("\uFEFFada:HASH")]
    [InlineData("# a comment\n\n  \nada:HASH\n")]
    [InlineData("ada:HASH  \nada:$2y$05$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n")]
    public void Parse_GoodLine_IsTheUser(string text)
    {
        Assert.Equal([KeyValuePair.Create("ada", Hash)], Parse(text).Hashes);
    }

    [Theory]
    [InlineData("ada")]
    [InlineData(":HASH")]
    [InlineData("ada:")]
    [InlineData("ada:plain")]
    [InlineData("ada:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=")]
    [InlineData("ada:$apr1$qwertyui$abcdefghijklmnopqrstu1")]
    [InlineData("ada:rqXexS6ZhobKA")]
    [InlineData("ada:$2y$05$short")]
    [InlineData("ada:$2z$05$oVMJ5fb8e6EbvIWtHUeFBOqEHMuVvk1tnEYAOBSXgSGR1zeDpJP0C")]
    [InlineData("ada:$2y$99$oVMJ5fb8e6EbvIWtHUeFBOqEHMuVvk1tnEYAOBSXgSGR1zeDpJP0C")]
    [InlineData("ada:$2y$05$oVMJ5fb8e6EbvIWtHUeFBOqEHMuVvk1tnEYAOBSXgSGR1zeDpJP0\u00e9")]
    public void Parse_BadLine_IsNamed_AndLocksNobodyElseOut(string line)
    {
        var users = Parse($"first:HASH\n{line}\nlast:HASH\n");

        Assert.Equal(["first", "last"], users.Hashes.Keys.Order());
        Assert.Equal([2], users.Rejected);
    }

    private static HtpasswdUsers Parse(string text)
    {
        return HtpasswdUsers.Parse(Encoding.UTF8.GetBytes(text.Replace("HASH", Hash, StringComparison.Ordinal)));
    }
}
