using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Configuration;

public sealed class TlsSectionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = new("Authority");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Read_WholeSection_GivesEachValueItsPlace()
    {
        var files = _authority.WriteServer(_folder.Path);
        var authority = _authority.Write(_folder.Path, "ca.pem");

        var tls = ConfigurationText.Good($$"""
            http:
              tls:
                certificate: {{files.Certificate}}
                key: {{files.Key}}
                clientcas: [{{authority}}]
                minimumtls: tls1.3
                ciphersuites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]
            """).Http.Tls!;

        Assert.Equal(files, tls.Files);
        Assert.Equal([authority], tls.ClientCas);
        Assert.Equal(SslProtocols.Tls13, tls.Protocols);
        Assert.Contains(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.CipherSuites);
        Assert.Contains(TlsCipherSuite.TLS_AES_128_GCM_SHA256, tls.CipherSuites);
    }

    [Fact]
    public void Read_LetsEncrypt_GivesEachValueItsPlace()
    {
        var letsEncrypt = ConfigurationText.Good("""
            http:
              tls:
                letsencrypt: {cachefile: /c.json, email: me@example.com, hosts: [Registry.Example.com], directoryurl: https://ca.example/dir}
            """).Http.Tls!.LetsEncrypt!;

        Assert.Equal(("/c.json", "me@example.com", new Uri("https://ca.example/dir")), (letsEncrypt.CacheFile, letsEncrypt.Email, letsEncrypt.DirectoryUrl));
        Assert.Equal(["registry.example.com"], letsEncrypt.Hosts);
        Assert.Equal(LetsEncryptConfiguration.Production, ConfigurationText.Good("http: {tls: {letsencrypt: {cachefile: /c, hosts: [a.example]}}}").Http.Tls!.LetsEncrypt!.DirectoryUrl);
    }

    [Fact]
    public void Read_PortalsOwn_GivesEachValueItsPlace()
    {
        var files = _authority.WriteServer(_folder.Path);

        Assert.Equal(files, ConfigurationText.Good($"portal: {{tls: {{certificate: {files.Certificate}, key: {files.Key}}}}}").Portal.Tls.Files);
        Assert.True(ConfigurationText.Good("portal: {tls: {disabled: true}}").Portal.Tls.Disabled);
    }

    [Theory]
    [InlineData("{certificate: $crt}", "certificate: needs http.tls.key beside it; write the path of a PEM file")]
    [InlineData("{key: $key}", "key: needs http.tls.certificate beside it; write the path of a PEM file")]
    [InlineData("{certificate: $none, key: $key}", "certificate: $none: there is no such file")]
    [InlineData("{certificate: $crt, key: $none}", "key: $none: there is no such file")]
    [InlineData("{certificate: $dir, key: $key}", "certificate: $dir: is a directory; name a PEM file")]
    [InlineData("{certificate: $key, key: $key}", "certificate: $key: holds no certificate in PEM form (\"-----BEGIN CERTIFICATE-----\")")]
    [InlineData("{certificate: $crt, key: $crt}", "certificate: $crt: holds no private key in PEM form (\"-----BEGIN PRIVATE KEY-----\")")]
    [InlineData("{certificate: $crt, key: $other}", "key: $other: is damaged, or is not the key of the certificate in $crt")]
    [InlineData("{certificate: $crt, key: $locked}", "key: $locked: the key is encrypted; take its passphrase off: openssl pkey -in ENCRYPTED -out KEY")]
    [InlineData("{certificate: $crt, key: $key, clientcas: [$none]}", "clientcas: $none: there is no such file")]
    [InlineData("{clientcas: [$crt]}", "clientcas: needs TLS; write http.tls.certificate and http.tls.key as well")]
    [InlineData("{certificate: $crt, key: $key, minimumtls: tls1.0}", "minimumtls: tls1.0 is broken (RFC 8996) and not spoken any more, as in upstream's version 3; write tls1.2 or tls1.3")]
    [InlineData("{certificate: $crt, key: $key, minimumtls: ssl3}", "minimumtls: \"ssl3\" is not one of tls1.2, tls1.3")]
    [InlineData("{certificate: $crt, key: $key, ciphersuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA265]}", "ciphersuites: \"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA265\" is not a cipher suite that is known here; did you mean TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256?")]
    [InlineData("{certificate: $crt, key: $key, ciphersuites: [RC4]}", "ciphersuites: \"RC4\" is not a cipher suite that is known here; write for example TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")]
    [InlineData("{certificate: $crt, key: $key, letsencrypt: {cachefile: /c, hosts: [a.b]}}", "letsencrypt: stands beside http.tls.certificate; keep one of the two")]
    [InlineData("{letsencrypt: {hosts: [a.b]}}", "letsencrypt.cachefile: is missing; write for example \"cachefile: /var/lib/registry/letsencrypt.json\"")]
    [InlineData("{letsencrypt: {cachefile: /c}}", "letsencrypt.hosts: is missing; list the names that certificates are got for, for example [registry.example.com]")]
    [InlineData("{letsencrypt: {cachefile: /c, hosts: [10.0.0.1]}}", "letsencrypt.hosts[0]: \"10.0.0.1\" is not a host's name; write for example \"registry.example.com\"")]
    [InlineData("{letsencrypt: {cachefile: /c, hosts: [a.b], directoryurl: http://a}}", "letsencrypt.directoryurl: \"http://a\" is not an https address; write for example \"https://acme-v02.api.letsencrypt.org/directory\"")]
    [InlineData("{letsencrypt: {cachefile: /c, hosts: [a.b], email: me}}", "letsencrypt.email: \"me\" is not an address of mail")]
    public void Read_WhatCannotBeUsed_SaysWhereAndWhy(string section, string expected)
    {
        var files = _authority.WriteServer(_folder.Path);
        var other = _authority.WriteServer(_folder.Path, "other");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_folder.Combine("locked.key"), key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000)));

        var problems = ConfigurationText.Load($"{ConfigurationText.Head}http: {{tls: {Fill(section)}}}").Problems.Select(ConfigurationText.Print);

        Assert.Contains($"config.yml:5: http.tls.{Fill(expected)}", problems);

        string Fill(string text) => text.Replace("$crt", files.Certificate).Replace("$key", files.Key).Replace("$other", other.Key)
            .Replace("$locked", _folder.Combine("locked.key")).Replace("$none", _folder.Combine("none")).Replace("$dir", _folder.Path);
    }

    [Theory]
    [InlineData("http: {net: udp}", "5: http.net: \"udp\" is not one of tcp, unix")]
    [InlineData("http: {net: unix}", "5: http.net: unix needs the socket's path in http.addr; write for example \"addr: /run/registry.sock\"")]
    [InlineData("http: {h2c: {enabled: true}, http2: {disabled: true}}", "5: http.h2c: is on while http.http2.disabled is true; keep one of the two")]
    [InlineData("http: {debug: {addr: 5001}}", "5: http.debug.addr: \"5001\" is not host:port; write for example \"localhost:5001\"")]
    [InlineData("http: {debug: {addr: \":5000\"}}", "5: http: http.debug.addr is :5000, where the registry or the portal listens; give it a port of its own")]
    [InlineData("http: {debug: {prometheus: {enabled: true}}}", "5: http.debug.prometheus.enabled: needs a listener; write http.debug.addr as well, for example \"localhost:5001\"")]
    [InlineData("http: {debug: {addr: \":5001\", prometheus: {path: metrics}}}", "5: http.debug.prometheus.path: \"metrics\" is not a path; write for example \"/metrics\"")]
    [InlineData("http: {debug: {addr: \":5001\", prometheus: {path: /debug/vars}}}", "5: http.debug.prometheus.path: \"/debug/vars\" is not a path; write for example \"/metrics\"")]
    public void Read_OtherListeners_SaysWhereAndWhy(string text, string expected) =>
        Assert.Equal($"config.yml:{expected}", ConfigurationText.Error(text));

    [Fact]
    public void Read_UnixSocketTooLongForTheSystem_IsRefused() =>
        Assert.EndsWith("is not a path of at most 107 bytes, which is what the system takes for a socket", ConfigurationText.Error($"http: {{net: unix, addr: /{new string('a', 107)}}}"), StringComparison.Ordinal);

    [Fact]
    public void Read_OtherListeners_GivesEachValueItsPlace()
    {
        var http = ConfigurationText.Good("http: {net: unix, addr: /run/r.sock, h2c: {enabled: true}, debug: {addr: \"localhost:5001\", prometheus: {enabled: true, path: /m}}}").Http;

        Assert.Equal(("/run/r.sock", true), (http.SocketPath, http.H2cEnabled));
        Assert.Equal(new DebugConfiguration(new ListenAddress("localhost", 5001), "/m"), http.Debug);
    }
}
