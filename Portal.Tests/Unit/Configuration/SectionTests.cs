using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Configuration;

public sealed class SectionTests
{
    [Fact]
    public void Read_EverySection_GivesEachValueItsPlace()
    {
        var configuration = ConfigurationText.Good("""
                maxthreads: 200
              delete: {enabled: yes}
              redirect: {disable: true}
              cache: {blobdescriptor: inmemory, blobdescriptorsize: 50}
              maintenance: {uploadpurging: {enabled: false, age: 168h}, readonly: {enabled: true}}
            log:
              level: warn
              formatter: json
              accesslog: {disabled: true}
              fields: {service: registry, number: 7}
              hooks: [{type: mail, disabled: true}]
            http:
              addr: localhost:5001
              net: tcp
              prefix: my/nested/registry
              host: https://registry.example.com:5000
              secret: s
              relativeurls: true
              draintimeout: 1m30s
              headers: {X-Content-Type-Options: [nosniff], X-One: lone}
              http2: {disabled: true}
            health: {storagedriver: {enabled: false, interval: 10s}}
            auth: none
            catalog: {maxentries: 5}
            portal:
              addr: 127.0.0.1:5081
              database: other.db
              title: Ours
              datadirectory: /portal
              trustedproxies: [10.1.0.0/16, 127.0.0.1]
            """);

        Assert.Equal(new FileSystemDriverConfiguration { RootDirectory = "/data", MaxThreads = 200 }, configuration.Storage.Driver);
        Assert.True(configuration.Storage.DeleteEnabled);
        Assert.True(configuration.Storage.ReadOnly);
        Assert.Equal((BlobDescriptorCache.InMemory, 50), (configuration.Storage.BlobDescriptorCache, configuration.Storage.BlobDescriptorCacheSize));
        Assert.Equal((LogLevel.Warning, LogFormatter.Json, true), (configuration.Log.Level, configuration.Log.Formatter, configuration.Log.AccessLogDisabled));
        Assert.Equal("7", configuration.Log.Fields["number"]);
        Assert.Equal(new ListenAddress("localhost", 5001), configuration.Http.Addr);
        Assert.Equal("/my/nested/registry/", configuration.Http.Prefix);
        Assert.Equal(new Uri("https://registry.example.com:5000"), configuration.Http.Host);
        Assert.Equal("s", configuration.Http.Secret);
        Assert.True(configuration.Http.RelativeUrls);
        Assert.Equal(TimeSpan.FromSeconds(90), configuration.Http.DrainTimeout);
        Assert.Equal(["lone"], configuration.Http.Headers["x-one"]);
        Assert.True(configuration.Http.Http2Disabled);
        Assert.Equal(5, configuration.Catalog.MaxEntries);
        Assert.Equal(new ListenAddress("127.0.0.1", 5081), configuration.Portal.Addr);
        Assert.Equal(("other.db", "Ours", "/portal"), (configuration.Portal.Database, configuration.Portal.Title, configuration.Portal.DataDirectory));
        Assert.Equal(["10.1.0.0/16", "127.0.0.1/32"], configuration.Portal.TrustedProxies.Select(network => network.ToString()));
    }

    [Theory]
    [InlineData("http:\n  addr: x\n", "6: http.addr: \"x\" is not host:port; write for example \":5000\"")]
    [InlineData("http:\n  addr: [a]\n", "6: http.addr: is a list; write one value")]
    [InlineData("http: 5000\n", "5: http: is not a section; write its keys on lines of their own below it")]
    [InlineData("http: {relativeurls: maybe}", "5: http.relativeurls: \"maybe\" is not true or false")]
    [InlineData("http: {draintimeout: 10 seconds}", "5: http.draintimeout: \"10 seconds\" is not a duration; write for example \"10s\" or \"1h30m\"")]
    [InlineData("http: {draintimeout: -1s}", "5: http.draintimeout: \"-1s\" is not a duration; write for example \"10s\" or \"1h30m\"")]
    [InlineData("http: {host: registry.example.com}", "5: http.host: \"registry.example.com\" is not an address; write for example \"https://registry.example.com\"")]
    [InlineData("http: {prefix: /a/../b/}", "5: http.prefix: \"/a/../b/\" is not a path; write for example \"/registry/\"")]
    [InlineData("http: {headers: {X-A: [\"a\\r\\nX-B: b\"]}}", "5: http.headers.X-A: the value holds a line break or another character that a header cannot carry; write plain ASCII on one line")]
    [InlineData("http: {headers: {\"X A\": [a]}}", "5: http.headers.X A: is not a header's name; letters, digits and hyphens make one")]
    [InlineData("http: {headers: {Content-Length: [1]}}", "5: http.headers.Content-Length: is set by the server itself; remove it")]
    [InlineData("http: {headers: {X-A: [a], x-a: [b]}}", "5: http.headers.x-a: stands twice, since case does not count here; keep one")]
    [InlineData("http: {headers: {X-A: {b: c}}}", "5: http.headers.X-A: is not a list; write for example [a, b]")]
    [InlineData("http: {secret: [hidden-one]}", "5: http.secret: is a list; write one value")]
    [InlineData("log: {level: loud}", "5: log.level: \"loud\" is not one of error, warn, info, debug")]
    [InlineData("log: {formatter: xml}", "5: log.formatter: \"xml\" is not one of text, json, logstash")]
    [InlineData("catalog: {maxentries: 0}", "5: catalog.maxentries: \"0\" is not a whole number from 1 up")]
    [InlineData("portal: {addr: \":5000\"}", "5: portal: portal.addr and http.addr are both :5000; give the portal a port of its own")]
    [InlineData("portal: {trustedproxies: [10.0.0.0/33]}", "5: portal.trustedproxies[0]: \"10.0.0.0/33\" is not a network; write for example \"10.0.0.0/8\"")]
    [InlineData("portal: {trustedproxies: [[a]]}", "5: portal.trustedproxies: an entry of this list is not one value; write it on one line")]
    [InlineData("portal: {database: Host=db;Password=hidden-one}", "5: portal.database: this version does not support PostgreSQL yet; name a file, for example \"portal.db\"")]
    [InlineData("  cache: {blobdescriptor: disk}", "5: storage.cache.blobdescriptor: \"disk\" is not one of inmemory, redis")]
    [InlineData("  cache: {blobdescriptor: redis}", "5: storage.cache.blobdescriptor: redis needs the redis section; write for example \"redis: {addrs: [redis:6379]}\", or inmemory here")]
    public void Read_WrongValue_SaysWhereWhatAndTheRemedy(string text, string expected) =>
        Assert.Equal($"config.yml:{expected}", ConfigurationText.Error(text));

    [Theory]
    [InlineData("auth: {htpasswd: {path: /auth}}", "5: auth.htpasswd.realm: is missing; write for example \"realm: Registry\"")]
    [InlineData("auth: {htpasswd: {realm: Ours}}", "5: auth.htpasswd.path: is missing; write for example \"path: /auth/htpasswd\"")]
    [InlineData("auth: {htpasswd: {realm: 'a\"b', path: /auth}}", "5: auth.htpasswd.realm: holds a character that a header cannot carry; write plain ASCII without quotes")]
    public void Read_Htpasswd_NeedsRealmAndPath(string text, string expected) =>
        Assert.Equal($"config.yml:{expected}", ConfigurationText.Error(text));

    [Fact]
    public void Read_Htpasswd_IsTheRealmAndTheFile() =>
        Assert.Equal(
            new HtpasswdConfiguration("Ours", "/auth/htpasswd"),
            ConfigurationText.Good("auth: {htpasswd: {realm: Ours, path: /auth/htpasswd}}").Auth.Htpasswd);

    [Theory]
    [InlineData("jwks: /no/such/file", "jwks: /no/such/file: there is no such file")]
    [InlineData("rootcertbundle: /", "rootcertbundle: /: is a directory; name a PEM file")]
    [InlineData("jwks: /", "jwks: /: is a directory; name a JSON Web Key Set")]
    [InlineData("rootcertbundle: GOOD, signingalgorithms: [ES256, HS256]", "signingalgorithms[1]: \"HS256\" is not one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA")]
    [InlineData("rootcertbundle: GOOD, signingalgorithms: [none]", "signingalgorithms[0]: \"none\" is not one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA")]
    [InlineData("rootcertbundle: GOOD, autoredirectpath: token", "autoredirectpath: is no path; write for example \"/auth/token\"")]
    [InlineData("rootcertbundle: GOOD, autoredirectpath: '/a\"b'", "autoredirectpath: holds a character that a header cannot carry; write plain ASCII without quotes")]
    public void Read_Token_TriesItsFiles(string keys, string expected)
    {
        using var folder = new TempFolder();
        using var authority = new CertificateAuthority("tokens");
        var text = keys.Replace("GOOD", authority.Write(folder.Path, "ca.pem"), StringComparison.Ordinal);

        Assert.Equal($"config.yml:5: auth.token.{expected}", ConfigurationText.Error($"auth: {{token: {{realm: a, service: b, issuer: c, {text}}}}}"));
    }

    [Theory]
    [InlineData("portal: {tokenserver: {enabled: true}}", "portal.tokenserver.enabled: needs auth.htpasswd, whose users get the tokens; write it as well, or remove this")]
    [InlineData("portal: {tokenserver: {expiration: 1s}}", "portal.tokenserver.expiration: \"1s\" is not a duration from 60s to 12h; write for example \"300s\"")]
    [InlineData("portal: {tokenserver: {keyrotation: 1h}}", "portal.tokenserver.keyrotation: \"1h\" is not a duration from 86400s to 8760h; write for example \"2592000s\"")]
    [InlineData("portal: {tokenserver: {service: 'a\"b'}}", "portal.tokenserver.service: holds a character that a header cannot carry; write plain ASCII without quotes")]
    public void Read_TokenServer_NeedsUsers_AndTimesThatMakeSense(string text, string expected) =>
        Assert.Equal($"config.yml:5: {expected}", ConfigurationText.Error(text));

    [Fact]
    public void Read_TokenServer_IsOff_UnlessItIsEnabled()
    {
        const string Auth = "auth: {htpasswd: {realm: a, path: /b}}\n";

        Assert.Null(ConfigurationText.Good(Auth + "portal: {tokenserver: {expiration: 10m}}").Portal.TokenServer);
        Assert.Equal(
            new TokenServerConfiguration { Expiration = TimeSpan.FromMinutes(10), Issuer = "me" },
            ConfigurationText.Good(Auth + "portal: {tokenserver: {enabled: true, expiration: 10m, issuer: me}}").Portal.TokenServer);
    }

    [Theory]
    [InlineData("proxy: {remoteurl: \"https://registry-1.docker.io\"}", "5: proxy: this version does not support proxy yet; remove it")]
    [InlineData("middleware: {storage: [{name: rewrite}]}", "5: middleware.storage[0]: this version does not support middleware.storage yet; remove it or write \"disabled: true\"")]
    public void Read_KnownKeyThatIsNotBuilt_IsRefused(string text, string expected) =>
        Assert.Equal($"config.yml:{expected}", ConfigurationText.Error(text));

    [Theory]
    [InlineData("htp: {addr: x}", "5: warning: htp: this key is unknown and has no effect; did you mean \"http\"?")]
    [InlineData("HTTP: {addr: x}", "5: warning: HTTP: this key is unknown and has no effect; did you mean \"http\"?")]
    [InlineData("http: {relativeurl: true}", "5: warning: http.relativeurl: this key is unknown and has no effect; did you mean \"relativeurls\"?")]
    [InlineData("zebra: 1", "5: warning: zebra: this key is unknown and has no effect; remove it")]
    [InlineData("loglevel: debug", "5: warning: loglevel: is deprecated; write log.level")]
    [InlineData("  cache: {layerinfo: inmemory}\n", "5: warning: storage.cache.layerinfo: is deprecated; write storage.cache.blobdescriptor")]
    [InlineData("redis: {addr: \"a:1\"}", "5: warning: redis: has no effect without storage.cache; write storage.cache.blobdescriptor: redis, or remove it")]
    [InlineData("    maxthreads: 5\n", "5: warning: storage.filesystem.maxthreads: 5 is less than 25; 25 is used")]
    public void Read_WhatDoesNotStopTheStart_IsAWarning(string text, string expected) =>
        Assert.Equal($"config.yml:{expected}", ConfigurationText.Warning(text));

    [Theory]
    [InlineData("loglevel: debug\n", LogLevel.Debug)]
    [InlineData("loglevel: debug\nlog: {level: error}\n", LogLevel.Error)]
    public void Read_OldLogLevel_CountsOnlyWithoutTheNewOne(string text, LogLevel expected) =>
        Assert.Equal(expected, ConfigurationText.Load(ConfigurationText.Head + text).Configuration!.Log.Level);

    [Theory]
    [InlineData("portal: {addr: \"\"}")]
    [InlineData("portal: {addr: }")]
    [InlineData("", "REGISTRY_PORTAL_ADDR=")]
    public void Read_EmptyPortalAddress_MeansNoUi(string text, params string[] variables) =>
        Assert.Null(ConfigurationText.Good(text, variables).Portal.Addr);

    [Theory]
    [InlineData("2.0")]
    [InlineData("0.10")]
    public void Read_OtherVersion_IsRefused(string version)
    {
        var result = ConfigurationText.Load($"version: {version}\nstorage: inmemory\n");

        Assert.Equal(
            $"config.yml:1: version: \"{version}\" is not supported; write \"version: 0.1\"",
            ConfigurationText.Print(Assert.Single(result.Problems)));
    }

    [Fact]
    public void Read_SeveralProblems_ComeAllAtOnceInTheFilesOrder()
    {
        var result = ConfigurationText.Load(ConfigurationText.Head + "http: {addr: x}\nlog: {level: y}\ncatalog: {maxentries: z}\n");

        Assert.Equal([5, 6, 7], result.Problems.Select(problem => problem.Line));
    }

    [Fact]
    public void Read_UpstreamsImageFile_IsTakenAsItIs()
    {
        var result = ConfigurationText.Load("""
            version: 0.1
            log:
              fields:
                service: registry
            storage:
              cache:
                blobdescriptor: inmemory
              filesystem:
                rootdirectory: /var/lib/registry
            http:
              addr: :5000
              headers:
                X-Content-Type-Options: [nosniff]
            health:
              storagedriver:
                enabled: true
                interval: 10s
                threshold: 3
            """);

        Assert.Empty(result.Problems);
        Assert.Equal(new HealthCheckPace(TimeSpan.FromSeconds(10), 3), result.Configuration!.Health.StorageDriver);
    }
}
