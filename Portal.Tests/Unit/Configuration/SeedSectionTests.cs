using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

/// <summary>Each section of upstream's example alone: its values arrive where they belong.</summary>
public sealed class SeedSectionTests
{
    private const string Refused = "this version does not support";

    /// <summary>The section's path, the typed values, and what is wrong with it beside not being supported yet.</summary>
    public static TheoryData<string, string[], string[]> Sections => new()
    {
        {
            "log",
            [
                "Log.Level = Debug", "Log.Formatter = Text", "Log.AccessLogDisabled = True",
                "Log.Fields.service = registry", "Log.Fields.environment = staging",
            ],
            []
        },
        { "loglevel", ["Log.Level = Debug"], ["loglevel: is deprecated; write log.level"] },
        {
            "storage.filesystem",
            [
                "Storage.Driver is FileSystemDriverConfiguration", "Storage.Driver.RootDirectory = /var/lib/registry",
                "Storage.Driver.MaxThreads = 100",
            ],
            []
        },
        {
            "storage.azure",
            [
                "Storage.Driver is AzureDriverConfiguration", "Storage.Driver.AccountName = accountname",
                "Storage.Driver.AccountKey = base64encodedaccountkey", "Storage.Driver.Container = containername",
            ],
            []
        },
        {
            "storage.gcs",
            [
                "Storage.Driver is GcsDriverConfiguration", "Storage.Driver.Bucket = bucketname",
                "Storage.Driver.KeyFile = /path/to/keyfile", "Storage.Driver.Credentials.Type = service_account",
                "Storage.Driver.Credentials.ProjectId = project_id_string",
                "Storage.Driver.Credentials.PrivateKeyId = private_key_id_string",
                "Storage.Driver.Credentials.PrivateKey = private_key_string",
                "Storage.Driver.Credentials.ClientEmail = client@example.com",
                "Storage.Driver.Credentials.ClientId = client_id_string",
                "Storage.Driver.Credentials.AuthUri = http://example.com/auth_uri",
                "Storage.Driver.Credentials.TokenUri = http://example.com/token_uri",
                "Storage.Driver.Credentials.AuthProviderX509CertUrl = http://example.com/provider_cert_url",
                "Storage.Driver.Credentials.ClientX509CertUrl = http://example.com/client_cert_url",
                "Storage.Driver.RootDirectory = /gcs/object/name/prefix", "Storage.Driver.ChunkSize = 5242880",
            ],
            []
        },
        {
            "storage.s3",
            [
                "Storage.Driver is S3DriverConfiguration", "Storage.Driver.AccessKey = awsaccesskey",
                "Storage.Driver.SecretKey = awssecretkey", "Storage.Driver.Region = us-west-1",
                "Storage.Driver.RegionEndpoint = http://myobjects.local", "Storage.Driver.Bucket = bucketname",
                "Storage.Driver.Encrypt = True", "Storage.Driver.KeyId = mykeyid", "Storage.Driver.Secure = True",
                "Storage.Driver.V4Auth = True", "Storage.Driver.ChunkSize = 5242880",
                "Storage.Driver.MultipartCopyChunkSize = 33554432", "Storage.Driver.MultipartCopyMaxConcurrency = 100",
                "Storage.Driver.MultipartCopyThresholdSize = 33554432", "Storage.Driver.RootDirectory = /s3/object/name/prefix",
            ],
            []
        },
        {
            "storage.swift",
            [
                "Storage.Driver is SwiftDriverConfiguration", "Storage.Driver.UserName = username",
                "Storage.Driver.Password = password", "Storage.Driver.Tenant = tenantname", "Storage.Driver.TenantId = tenantid",
                "Storage.Driver.Domain = domain name for Openstack Identity v3 API",
                "Storage.Driver.DomainId = domain id for Openstack Identity v3 API", "Storage.Driver.InsecureSkipVerify = True",
                "Storage.Driver.Region = fr", "Storage.Driver.Container = containername",
                "Storage.Driver.RootDirectory = /swift/object/name/prefix",
            ],
            ["storage.swift.authurl: \"https://storage.myprovider.com/auth/v1.0 or https://storage.…\" is not an address; write for example \"https://identity.example.com/v3\""]
        },
        {
            "storage.oss",
            [
                "Storage.Driver is OssDriverConfiguration", "Storage.Driver.AccessKeyId = accesskeyid",
                "Storage.Driver.AccessKeySecret = accesskeysecret", "Storage.Driver.Region = OSS region name",
                "Storage.Driver.Endpoint = optional endpoints", "Storage.Driver.Bucket = OSS bucket",
                "Storage.Driver.RootDirectory = optional root directory",
            ],
            [
                "storage.oss.internal: \"optional internal endpoint\" is not true or false",
                "storage.oss.encrypt: \"optional data encryption setting\" is not true or false",
                "storage.oss.secure: \"optional ssl setting\" is not true or false",
                "storage.oss.chunksize: \"optional size valye\" is not a size from 5MiB to 5GiB; write for example \"10MiB\"",
            ]
        },
        { "storage.inmemory", ["Storage.Driver is InMemoryDriverConfiguration"], [] },
        { "storage.delete", ["Storage.DeleteEnabled = False"], [] },
        { "storage.redirect", ["Storage.RedirectDisabled = False"], [] },
        {
            "storage.cache", ["Storage.BlobDescriptorCache = Redis"],
            ["storage.cache.blobdescriptor: redis needs the redis section; write for example \"redis: {addrs: [redis:6379]}\", or inmemory here"]
        },
        {
            "storage.maintenance",
            [
                "Storage.UploadPurging.Enabled = True", "Storage.UploadPurging.Age = 7.00:00:00",
                "Storage.UploadPurging.Interval = 1.00:00:00", "Storage.UploadPurging.DryRun = False", "Storage.ReadOnly = False",
            ],
            []
        },
        { "auth.silly", ["Auth.Silly.Realm = silly-realm", "Auth.Silly.Service = silly-service"], [] },
        {
            "auth.token",
            [
                "Auth.Token.AutoRedirect = True", "Auth.Token.Realm = token-realm", "Auth.Token.Service = token-service",
                "Auth.Token.Issuer = registry-token-issuer", "Auth.Token.RootCertBundle = /root/certs/bundle",
            ],
            []
        },
        { "auth.htpasswd", ["Auth.Htpasswd.Realm = basic-realm", "Auth.Htpasswd.Path = /path/to/htpasswd"], [] },
        {
            "middleware.registry", [],
            ["middleware.registry[0].name: there is no registry middleware \"ARegistryMiddleware\"; remove the entry"]
        },
        {
            "middleware.repository", [],
            ["middleware.repository[0].name: there is no repository middleware \"ARepositoryMiddleware\"; remove the entry"]
        },
        {
            "middleware.storage",
            [
                "StorageMiddleware[0] is CloudFrontConfiguration",
                "StorageMiddleware[0].BaseUrl = https://my.cloudfronted.domain.com/",
                "StorageMiddleware[0].PrivateKey = /path/to/pem", "StorageMiddleware[0].KeyPairId = cloudfrontkeypairid",
                "StorageMiddleware[0].Duration = 00:50:00", "StorageMiddleware[0].IpFilteredBy = AwsRegion",
                "StorageMiddleware[0].AwsRegions[0] = us-east-1", "StorageMiddleware[0].AwsRegions[1] = use-east-2",
                "StorageMiddleware[0].UpdateFrequency = 12:00:00",
                "StorageMiddleware[0].IpRangesUrl = https://ip-ranges.amazonaws.com/ip-ranges.json",
            ],
            []
        },
        {
            "reporting",
            [
                "Reporting.Bugsnag.ApiKey = bugsnagapikey", "Reporting.Bugsnag.ReleaseStage = bugsnagreleasestage",
                "Reporting.Bugsnag.Endpoint = bugsnagendpoint", "Reporting.NewRelic.LicenseKey = newreliclicensekey",
                "Reporting.NewRelic.Name = newrelicname", "Reporting.NewRelic.Verbose = True",
            ],
            []
        },
        {
            "http",
            [
                "Http.Addr = localhost:5000", "Http.Prefix = /my/nested/registry/",
                "Http.Host = https://myregistryaddress.org:5000/", "Http.Secret = asecretforlocaldevelopment",
                "Http.RelativeUrls = False", "Http.DrainTimeout = 00:01:00", "Http.Headers.X-Content-Type-Options[0] = nosniff",
                "Http.Http2Disabled = False", "Http.Debug.Addr = localhost:5001",
            ],
            [
                "http.tls.certificate: /path/to/x509/public: there is no such file",
                "http.tls.clientcas: /path/to/ca.pem: there is no such file",
                "http.tls.clientcas: /path/to/another/ca.pem: there is no such file",
                "http.tls.letsencrypt: stands beside http.tls.certificate; keep one of the two",
            ]
        },
        {
            "notifications",
            [
                "Notifications.IncludeReferences = True", "Notifications.Endpoints[0].Name = alistener",
                "Notifications.Endpoints[0].Disabled = False", "Notifications.Endpoints[0].Url = https://my.listener.com/event",
                "Notifications.Endpoints[0].Timeout = 00:00:01", "Notifications.Endpoints[0].Threshold = 10",
                "Notifications.Endpoints[0].Backoff = 00:00:01",
                "Notifications.Endpoints[0].IgnoredMediaTypes[0] = application/octet-stream",
                "Notifications.Endpoints[0].IgnoredActions[0] = pull",
            ],
            ["notifications.endpoints[0].headers: is not a section; write its keys on lines of their own below it"]
        },
        {
            "redis",
            [
                "Redis.Addresses[0] = localhost:6379", "Redis.Password = asecret", "Redis.Database = 0",
                "Redis.DialTimeout = 00:00:00.0100000", "Redis.ReadTimeout = 00:00:00.0100000",
                "Redis.WriteTimeout = 00:00:00.0100000",
            ],
            [
                "redis: has no effect without storage.cache; write storage.cache.blobdescriptor: redis, or remove it",
                "redis.pool.maxidle: has no effect: every request shares one connection to each server; remove it",
                "redis.pool.maxactive: has no effect: every request shares one connection to each server; remove it",
                "redis.pool.idletimeout: has no effect: every request shares one connection to each server; remove it",
            ]
        },
        {
            "health",
            [
                "Health.StorageDriver.Interval = 00:00:10", "Health.StorageDriver.Threshold = 3",
                "Health.Files[0].File = /path/to/checked/file", "Health.Files[0].Pace.Interval = 00:00:10",
                "Health.Http[0].Uri = http://server.to.check/must/return/200",
                "Health.Http[0].Headers.Authorization[0] = Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Health.Http[0].StatusCode = 200",
                "Health.Http[0].Timeout = 00:00:03", "Health.Http[0].Pace.Interval = 00:00:10", "Health.Http[0].Pace.Threshold = 3",
                "Health.Tcp[0].Address = redis-server.domain.com:6379", "Health.Tcp[0].Timeout = 00:00:03",
                "Health.Tcp[0].Pace.Interval = 00:00:10", "Health.Tcp[0].Pace.Threshold = 3",
            ],
            []
        },
        {
            "proxy",
            ["Proxy.RemoteUrl = https://registry-1.docker.io/", "Proxy.Ttl = 7.00:00:00"],
            ["proxy.username: is a list; write one value", "proxy.password: is a list; write one value"]
        },
    };

    [Theory]
    [MemberData(nameof(Sections))]
    public void Load_SectionAlone_GivesEachValueItsPlace(string path, string[] expected, string[] problems)
    {
        var result = ConfigurationText.Load(SeedExample.Alone(path));

        var values = TypedValues.Of(result.Draft!);
        Assert.All(expected, value => Assert.Contains(value, values));
        Assert.Equal(problems, result.Problems.Where(problem => !problem.Message.StartsWith(Refused)).Select(problem => $"{problem.Path}: {problem.Message}"));
        Assert.DoesNotContain(result.Problems, problem => problem.Message.Contains("unknown"));
    }

    [Fact]
    public void Load_SecondStorageMiddleware_IsTheRedirect()
    {
        var result = ConfigurationText.Load(
            "version: 0.1\nstorage: inmemory\nmiddleware:\n  storage:\n    - name: redirect\n      options:\n        baseurl: https://example.com/\n");

        Assert.Equal([new RedirectMiddlewareConfiguration(new Uri("https://example.com/"))], result.Draft!.StorageMiddleware);
    }
}
