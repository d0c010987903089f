using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;

namespace Portal.Tests.Unit.Configuration;

public sealed class EnvironmentOverridesTests
{
    [Fact]
    public void Apply_ScalarVariable_OverridesTheFile() =>
        Assert.Equal(5001, ConfigurationText.Good("http: {addr: \":9\"}", "REGISTRY_HTTP_ADDR=localhost:5001").Http.Addr.Port);

    [Theory]
    [InlineData("REGISTRY_HTTP_RELATIVEURLS=true")]
    [InlineData("REGISTRY_http_RelativeUrls=true")]
    [InlineData("REGISTRY_HTTP={relativeurls: true}")]
    public void Apply_AnyCaseAndYaml_ReachesTheKey(string variable) =>
        Assert.True(ConfigurationText.Good("", variable).Http.RelativeUrls);

    [Fact]
    public void Apply_HeaderInOtherCase_ReplacesTheFilesHeader()
    {
        var headers = ConfigurationText.Good(
            "http:\n  headers:\n    X-Frame-Options: [deny]\n",
            "REGISTRY_HTTP_HEADERS_X-FRAME-OPTIONS=[sameorigin]", "REGISTRY_HTTP_HEADERS_X-NEW=[a, b]").Http.Headers;

        Assert.Equal(2, headers.Count);
        Assert.Equal(["sameorigin"], headers["X-Frame-Options"]);
        Assert.Equal(["a", "b"], headers["x-new"]);
    }

    [Fact]
    public void Apply_FreeFormMap_LowerCasesTheRest() =>
        Assert.Equal("qa", ConfigurationText.Good("", "REGISTRY_LOG_FIELDS_STAGE=qa").Log.Fields["stage"]);

    [Fact]
    public void Apply_ListIndex_ReplacesOrAppends()
    {
        var proxies = ConfigurationText.Good(
            "portal: {trustedproxies: [10.0.0.0/8, 192.168.0.0/16]}",
            "REGISTRY_PORTAL_TRUSTEDPROXIES_0=127.0.0.1", "REGISTRY_PORTAL_TRUSTEDPROXIES_9=::1").Portal.TrustedProxies;

        Assert.Equal(["127.0.0.1/32", "192.168.0.0/16", "::1/128"], proxies.Select(network => network.ToString()));
    }

    [Fact]
    public void Apply_ListIndexThatIsNone_IsAnError() =>
        Assert.Equal(
            "REGISTRY_PORTAL_TRUSTEDPROXIES_FIRST: portal.trustedproxies: \"first\" is not a list's index; write a number from 0",
            ConfigurationText.Error("", "REGISTRY_PORTAL_TRUSTEDPROXIES_FIRST=::1"));

    [Theory]
    [InlineData("REGISTRY_STORAGE=inmemory")]
    [InlineData("REGISTRY_STORAGE_INMEMORY=")]
    [InlineData("REGISTRY_STORAGE_INMEMORY={}")]
    public void Apply_OtherDriver_WinsOverTheFilesAndKeepsTheRest(string variable)
    {
        var storage = ConfigurationText.Good("  delete: {enabled: true}\n", variable).Storage;

        Assert.IsType<InMemoryDriverConfiguration>(storage.Driver);
        Assert.True(storage.DeleteEnabled);
    }

    [Fact]
    public void Apply_DriversParameter_ChangesTheFilesDriverInPlace()
    {
        var storage = ConfigurationText.Good("    maxthreads: 50\n", "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/other").Storage;

        Assert.Equal(new FileSystemDriverConfiguration { RootDirectory = "/other", MaxThreads = 50 }, storage.Driver);
    }

    [Fact]
    public void Apply_DriverThenItsParameter_AppliesInSortedOrder()
    {
        var storage = ConfigurationText.Good(
            "", "REGISTRY_STORAGE_FILESYSTEM_MAXTHREADS=30", "REGISTRY_STORAGE=filesystem").Storage;

        Assert.Equal(new FileSystemDriverConfiguration { MaxThreads = 30 }, storage.Driver);
    }

    [Fact]
    public void Apply_TwoDriversInTheEnvironment_IsAnErrorNamingBothVariables() =>
        Assert.Contains(
            "filesystem (line 3), inmemory (REGISTRY_STORAGE_INMEMORY)",
            ConfigurationText.Error("", "REGISTRY_STORAGE_FILESYSTEM_MAXTHREADS=30", "REGISTRY_STORAGE_INMEMORY="));

    [Fact]
    public void Apply_CloudDriver_IsRefusedByItsVariable() =>
        Assert.Equal(
            "REGISTRY_STORAGE: storage.s3: this version does not support storage.s3 yet; name filesystem or inmemory",
            ConfigurationText.Error("", "REGISTRY_STORAGE=s3", "REGISTRY_STORAGE_S3_REGION=eu-west-1", "REGISTRY_STORAGE_S3_BUCKET=images"));

    /// <summary>An administrator who asks for a password must not get an open registry.</summary>
    [Theory]
    [InlineData("REGISTRY_AUTH=htpasswd", "REGISTRY_AUTH: auth.htpasswd")]
    [InlineData("REGISTRY_AUTH_HTPASSWD_PATH=/auth", "REGISTRY_AUTH_HTPASSWD_PATH: auth.htpasswd")]
    [InlineData("REGISTRY_AUTH_HTPASSWD={}", "REGISTRY_AUTH_HTPASSWD: auth.htpasswd")]
    [InlineData("REGISTRY_AUTH=token", "REGISTRY_AUTH: auth.token")]
    public void Apply_AuthThatIsNotWhole_IsRefused(string variable, string expected)
    {
        var result = ConfigurationText.Load(ConfigurationText.Head, variable);

        Assert.Null(result.Configuration);
        Assert.All(result.Problems, problem => Assert.StartsWith(expected, problem.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Apply_WrongValue_NamesTheVariableInPlaceOfALine() =>
        Assert.Equal(
            "REGISTRY_HTTP_ADDR: http.addr: \"x\" is not host:port; write for example \":5000\"",
            ConfigurationText.Error("http:\n  addr: :5000\n", "REGISTRY_HTTP_ADDR=x"));

    [Fact]
    public void Apply_UnknownKey_WarnsWithTheNearestName() =>
        Assert.Equal(
            "REGISTRY_HTTP_ADRR: warning: http.adrr: this key is unknown, so REGISTRY_HTTP_ADRR has no effect; did you mean \"addr\"?",
            ConfigurationText.Warning("", "REGISTRY_HTTP_ADRR=:1"));

    /// <summary>Kubernetes sets such variables for a service called "registry".</summary>
    [Fact]
    public void Apply_ServiceLinkVariable_IsOnlyAWarning() =>
        Assert.StartsWith("REGISTRY_PORT_5000_TCP: warning:", ConfigurationText.Warning("", "REGISTRY_PORT_5000_TCP=tcp://10.0.0.1:5000"));

    [Fact]
    public void Apply_ValueThatIsNotYaml_IsNotRepeated()
    {
        var problem = ConfigurationText.Error("", "REGISTRY_HTTP_SECRET=\"hidden-one");

        Assert.StartsWith("REGISTRY_HTTP_SECRET: the value is not YAML", problem);
        Assert.DoesNotContain("hidden-one", problem);
    }

    [Fact]
    public void Apply_KeyBelowAValue_IsAnError() =>
        Assert.Equal(
            "REGISTRY_LOG_FIELDS_A_B: log.fields.a: the value on line 5 is no section, so nothing can be set below it",
            ConfigurationText.Error("log: {fields: {a: x}}", "REGISTRY_LOG_FIELDS_A_B=1"));

    [Fact]
    public void Apply_NameOfManySections_IsRefusedBeforeTheStackEnds() =>
        Assert.EndsWith(
            ": log: the variable's name leads more than 32 sections deep",
            ConfigurationText.Error("", $"REGISTRY_LOG_FIELDS{string.Concat(Enumerable.Repeat("_A", 60_000))}=1"));

    /// <summary>Passed over, it would leave an open registry. Upstream refuses it as well.</summary>
    [Theory]
    [InlineData("REGISTRY_AUTH=htpaswd", "REGISTRY_AUTH: auth.htpaswd: is none of none, silly, htpasswd, token; did you mean \"htpasswd\"?")]
    [InlineData("REGISTRY_AUTH_HTPASWD_PATH=/auth", "REGISTRY_AUTH_HTPASWD_PATH: auth.htpaswd: is none of none, silly, htpasswd, token; did you mean \"htpasswd\"?")]
    public void Apply_MistypedWayToSignIn_IsAnError(string variable, string expected) =>
        Assert.Equal(expected, ConfigurationText.Error("", variable));

    [Fact]
    public void Apply_SectionThatTheFileLacks_IsMade()
    {
        var endpoint = ConfigurationText.Load(
            ConfigurationText.Head,
            "REGISTRY_NOTIFICATIONS_ENDPOINTS_0_NAME=a",
            "REGISTRY_NOTIFICATIONS_ENDPOINTS_0_URL=https://a.example.com",
            "REGISTRY_NOTIFICATIONS_ENDPOINTS_0_HEADERS={Authorization: [Bearer x]}",
            "REGISTRY_NOTIFICATIONS_ENDPOINTS_0_IGNORE_ACTIONS_0=pull").Draft!.Notifications.Endpoints.Single();

        Assert.Equal(("a", new Uri("https://a.example.com")), (endpoint.Name, endpoint.Url));
        Assert.Equal(["Bearer x"], endpoint.Headers["authorization"]);
        Assert.Equal(["pull"], endpoint.IgnoredActions);
    }

    [Fact]
    public void Apply_EntryOfAListOfSections_ChangesItInPlace()
    {
        var endpoints = ConfigurationText.Load(
            ConfigurationText.Head + "notifications: {endpoints: [{name: a, url: \"https://a\"}, {name: b, url: \"https://b\"}]}",
            "REGISTRY_NOTIFICATIONS_ENDPOINTS_1_URL=https://c",
            "REGISTRY_NOTIFICATIONS_ENDPOINTS_7={name: d, url: \"https://d\"}").Draft!.Notifications.Endpoints;

        Assert.Equal(
            ["a https://a/", "b https://c/", "d https://d/"], endpoints.Select(endpoint => $"{endpoint.Name} {endpoint.Url}"));
    }

    [Fact]
    public void Apply_DriverAndItsParameters_ReplaceTheFilesDriver() =>
        Assert.Equal(
            new S3DriverConfiguration { Region = "eu-west-1", Bucket = "images", Secure = false },
            ConfigurationText.Load(
                ConfigurationText.Head,
                "REGISTRY_STORAGE_S3_BUCKET=images", "REGISTRY_STORAGE_S3_REGION=eu-west-1", "REGISTRY_STORAGE_S3_SECURE=false",
                "REGISTRY_STORAGE=s3").Draft!.Storage.Driver);

    [Fact]
    public void Apply_NameWithUnderscores_ReachesTheKey() =>
        Assert.Equal(
            new Secret("pem"),
            Assert.IsType<GcsDriverConfiguration>(ConfigurationText.Load(
                ConfigurationText.Head, "REGISTRY_STORAGE_GCS_BUCKET=b", "REGISTRY_STORAGE_GCS_CREDENTIALS_PRIVATE_KEY=pem").Draft!.Storage.Driver)
                .Credentials!.PrivateKey);

    [Theory]
    [InlineData("REGISTRY_CONFIGURATION_PATH=/etc/x.yml")]
    [InlineData("OTHER_HTTP_ADDR=x")]
    [InlineData("registry_http_addr=x")]
    public void Apply_OtherVariables_ArePassedOver(string variable) =>
        Assert.Equal(5000, ConfigurationText.Good("", variable).Http.Addr.Port);
}
