using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

public sealed class SeedExampleTests
{
    private static readonly IReadOnlyList<ConfigurationProblem> Problems = ConfigurationText.Load(SeedExample.Text).Problems;

    [Fact]
    public void Load_WholeExample_IsRefused() => Assert.Null(ConfigurationText.Load(SeedExample.Text).Configuration);

    [Theory]
    [InlineData("config.yml:29: storage.azure: 7 drivers are named: filesystem (line 26), azure (line 29), gcs (line 33), s3 (line 49), swift (line 64), oss (line 76), inmemory (line 87); keep exactly one")]
    [InlineData("config.yml:135: middleware.storage: stands twice in one section, first on line 124; keep one")]
    [InlineData("config.yml:200: warning: redis.pool.maxidle: has no effect: every request shares one connection to each server; remove it")]
    [InlineData("config.yml:24: warning: loglevel: is deprecated; write log.level")]
    [InlineData("config.yml:106: auth.token: 3 ways to sign in are named: silly (line 103), token (line 106), htpasswd (line 112); keep one")]
    [InlineData("config.yml:111: auth.token.rootcertbundle: /root/certs/bundle: there is no such file")]
    [InlineData("config.yml:156: http.tls.certificate: /path/to/x509/public: there is no such file")]
    [InlineData("config.yml:161: http.tls.letsencrypt: stands beside http.tls.certificate; keep one of the two")]
    [InlineData("config.yml:158: http.tls.clientcas: /path/to/ca.pem: there is no such file")]
    public void Load_WholeExample_SaysWhereAndWhat(string expected) =>
        Assert.Contains(expected, Problems.Select(ConfigurationText.Print));

    [Fact]
    public void Load_WholeExample_KnowsEveryKey() =>
        Assert.DoesNotContain(Problems, problem => problem.Message.Contains("unknown"));

    [Fact]
    public void Load_WholeExample_RepeatsNoSecret() =>
        Assert.DoesNotContain(Problems, problem => problem.Message.Contains("asecret") || problem.Message.Contains("awssecretkey"));

    /// <summary>Cut anywhere, the example is text that somebody is still typing: problems, never an exception.</summary>
    [Fact]
    public void Load_EveryBeginningOfTheExample_NeverThrows()
    {
        for (var length = 0; length < SeedExample.Text.Length; length += 7)
        {
            var result = ConfigurationText.Load(SeedExample.Text[..length]);

            Assert.True(result.Configuration is not null || result.Problems.Count > 0);
        }
    }
}
