using Portal.Registry.Inspection;

namespace Portal.Tests.Unit.Inspection;

public sealed class SecretValuesTests
{
    [Theory]
    [InlineData("DB_PASSWORD", "hunter2")]
    [InlineData("POSTGRES_PASSWD", "x")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")]
    [InlineData("API_KEY", "abc")]
    [InlineData("apiKey", "abc")]
    [InlineData("GITHUB_TOKEN", "abc")]
    [InlineData("npm-credentials", "abc")]
    [InlineData("PLAIN", "ghp_0123456789abcdefghij0123456789abcdef")]
    [InlineData("PLAIN", "AKIAIOSFODNN7EXAMPLE")]
    [InlineData("PLAIN", "-----BEGIN RSA PRIVATE KEY-----\nMIIE")]
    [InlineData("DATABASE_URL", "postgres://user:hunter2@db.example/app")]
    public void IsLikely_SecretByNameOrShape_IsTrue(string name, string value)
    {
        Assert.True(SecretValues.IsLikely(name, value));
    }

    [Theory]
    [InlineData("PATH", "/usr/local/bin:/usr/bin")]
    [InlineData("LANG", "C.UTF-8")]
    [InlineData("GPG_KEY", "E3FF2839C048B25C084DEBE9B26995E310250568")]
    [InlineData("PASSWORD", "")]
    [InlineData("USE_TOKEN", "true")]
    [InlineData("DB_PASSWORD_FILE", "/run/secrets/db")]
    [InlineData("MONKEY", "banana")]
    [InlineData("HOMEPAGE", "https://example.com/a@b:c")]
    [InlineData("IMAGE", "https://example.com:8080/")]
    public void IsLikely_OrdinaryValue_IsFalse(string name, string value)
    {
        Assert.False(SecretValues.IsLikely(name, value));
    }

    [Theory]
    [InlineData("ENV DB_PASSWORD=hunter2 LANG=C", "ENV DB_PASSWORD=•••••••• LANG=C")]
    [InlineData("RUN TOKEN=\"two words\" make", "RUN TOKEN=•••••••• make")]
    [InlineData("RUN curl --password=x; echo A=b", "RUN curl --password=••••••••; echo A=b")]
    [InlineData("RUN a == b && c=", "RUN a == b && c=")]
    [InlineData("nothing", "nothing")]
    public void Mask_Assignments_HidesSecretsOnly(string text, string expected)
    {
        Assert.Equal(expected, SecretValues.Mask(text));
    }

    [Fact]
    public void Mask_HugeText_EndsSoon()
    {
        var text = string.Concat(Enumerable.Repeat("a-a.a_a=", 100_000));
        var references = string.Concat(Enumerable.Repeat("TOKEN=$", 100_000));

        // Quadratic, each took more than a minute.
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(text, SecretValues.Mask(text));
        Assert.Equal(references, SecretValues.Mask(references));
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }
}
