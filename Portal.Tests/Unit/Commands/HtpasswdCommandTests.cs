using System.Diagnostics;
using Portal.Web.Commands;

namespace Portal.Tests.Unit.Commands;

public sealed class HtpasswdCommandTests
{
    [Theory]
    [InlineData("-Bbn", "user", "pw")]
    [InlineData("-nbB", "user", "pw")]
    [InlineData("-n", "-b", "-B", "user", "pw")]
    [InlineData("-Bbn", "-C", "5", "user", "pw")]
    [InlineData("-BbnC5", "user", "pw")]
    [InlineData("-Bbn", "--", "user", "pw")]
    public void Run_PasswordAsArgument_PrintsTheLineAndAnEmptyOne(params string[] args)
    {
        var (status, output, error) = Run(args);

        Assert.Equal(ExitStatus.Done, status);
        Assert.Matches(@"^user:\$2y\$05\$[./A-Za-z0-9]{53}\n\n$", output);
        Assert.True(BCrypt.Net.BCrypt.Verify("pw", output.Trim()["user:".Length..]));
        Assert.Empty(error);
    }

    [Fact]
    public void Run_Cost_IsInTheHash() => Assert.StartsWith("user:$2y$04$", Run(["-Bbn", "-C", "4", "user", "pw"]).Output);

    [Fact]
    public void Run_PasswordOnStandardInput_TakesItsFirstLine()
    {
        var (status, output, _) = Run(["-Bin", "user"], "from input\nmore\n");

        Assert.Equal(ExitStatus.Done, status);
        Assert.True(BCrypt.Net.BCrypt.Verify("from input", output.Trim()["user:".Length..]));
    }

    [Fact]
    public void Run_Prompted_AsksTwiceOnStandardError()
    {
        var (status, output, error) = Run(["-Bn", "user"], "typed\ntyped\n");

        Assert.Equal(ExitStatus.Done, status);
        Assert.True(BCrypt.Net.BCrypt.Verify("typed", output.Trim()["user:".Length..]));
        Assert.Contains("New password: ", error);
        Assert.Contains("Re-type new password: ", error);
    }

    [Fact]
    public void Run_PromptedWithTwoAnswers_RefusesThem()
    {
        var (status, output, error) = Run(["-Bn", "user"], "one\nother\n");

        Assert.Equal(ExitStatus.Unusable, status);
        Assert.Empty(output);
        Assert.Contains("differ", error);
    }

    public static TheoryData<string[], string> Unusable => new()
    {
        { ["-Bb", "file", "user", "pw"], "writing to a file" },
        { ["-nb", "user", "pw"], "only bcrypt" },
        { ["-nbm", "user", "pw"], "-m is not supported" },
        { ["-Bbnx", "user", "pw"], "no option -x" },
        { ["-Bbni", "user", "pw"], "exclude each other" },
        { ["-Bbn", "user"], "needs a user and a password" },
        { ["-Bin"], "one user is needed" },
        { ["-Bbn", "-C", "3", "user", "pw"], "cost from 4 to 17" },
        { ["-Bbn", "-C", "18", "user", "pw"], "cost from 4 to 17" },
        { ["-BbnC"], "cost from 4 to 17" },
        { ["-Bbn", "a:b", "pw"], "colon" },
        { ["-Bbn", "a\nb", "pw"], "control character" },
        { ["-Bbn", "", "pw"], "empty" },
        { ["-Bbn", new string('é', 128), "pw"], "longer than 255 bytes" },
        { ["-Bbn", "user", new string('é', 37)], "longer than 72 bytes" },
        { ["-Bbn", "user", "a\0b"], "zero byte" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Run_UnusableArguments_SaysWhyAndPrintsNoLine(string[] args, string expected)
    {
        var (status, output, error) = Run(args);

        Assert.Equal(ExitStatus.Unusable, status);
        Assert.Empty(output);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void Run_LongestUserAndPassword_AreTaken() =>
        Assert.Equal(ExitStatus.Done, Run(["-Bbn", "-C", "4", new string('u', 255), new string('p', 72)]).Status);

    /// <summary>Apache's own tool, given our line in a file, accepts the password and refuses another.</summary>
    [Theory]
    [InlineData("pw", 0)]
    [InlineData("other", 3)]
    public async Task Run_Line_IsVerifiedByApachesTool(string password, int expected)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Run(["-Bbn", "user", "pw"]).Output);
            using var apache = Process.Start(new ProcessStartInfo("htpasswd", ["-vb", file, "user", password])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            await apache.WaitForExitAsync();

            Assert.Equal(expected, apache.ExitCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static (int Status, string Output, string Error) Run(string[] args, string input = "")
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var status = HtpasswdCommand.Run(args, new StringReader(input), output, error);
        return (status, output.ToString(), error.ToString());
    }
}
