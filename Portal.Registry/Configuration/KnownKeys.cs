namespace Portal.Registry.Configuration;

/// <summary>
/// Every key of the format: upstream's 2.8 and 3, and ours under <c>portal</c>. A key that is here and that no section
/// reads is refused at start ("not yet"); one that is not here is unknown and only warned about, as upstream skips it.
/// </summary>
internal static class KnownKeys
{
    /// <summary>One section a line, its keys after the colon; <c>[]</c> marks a list, <c>*</c> names of the user's own.</summary>
    private const string Sections = """
        : version loglevel
        log: level formatter fields.* accesslog.disabled
        log.hooks[]: type disabled levels[] options.smtp.addr options.smtp.username options.smtp.password
        log.hooks[]: options.smtp.insecure options.from options.to[]
        storage: inmemory delete.enabled redirect.disable
        storage.cache: blobdescriptor blobdescriptorsize layerinfo
        storage.maintenance: uploadpurging.enabled uploadpurging.age uploadpurging.interval uploadpurging.dryrun
        storage.maintenance: readonly.enabled
        storage.tag: concurrencylimit
        storage.filesystem: rootdirectory maxthreads
        storage.azure: accountname accountkey container realm rootdirectory credentials.* *
        storage.gcs: bucket keyfile credentials.* rootdirectory chunksize maxconcurrency *
        storage.s3: region bucket accesskey secretkey sessiontoken regionendpoint forcepathstyle encrypt keyid secure
        storage.s3: skipverify v4auth chunksize multipartcopychunksize multipartcopymaxconcurrency
        storage.s3: multipartcopythresholdsize rootdirectory storageclass objectacl usedualstack accelerate useragent
        storage.s3: loglevel *
        storage.swift: username password authurl container tenant tenantid domain domainid trustid insecureskipverify
        storage.swift: region chunksize prefix rootdirectory secretkey accesskey authversion endpointtype
        storage.swift: tempurlcontainerkey tempurlmethods *
        storage.oss: accesskeyid accesskeysecret region bucket endpoint internal encrypt encryptionkeyid secure
        storage.oss: chunksize rootdirectory *
        auth: none silly.realm silly.service htpasswd.realm htpasswd.path
        auth.token: realm service issuer rootcertbundle autoredirect autoredirectpath jwks signingalgorithms[]
        middleware.registry[]: name disabled options.*
        middleware.repository[]: name disabled options.*
        middleware.storage[]: name disabled options.*
        reporting: bugsnag.apikey bugsnag.releasestage bugsnag.endpoint newrelic.licensekey newrelic.name newrelic.verbose
        http: addr net prefix host secret relativeurls draintimeout headers.* http2.disabled h2c.enabled
        http.tls: certificate key clientcas[] minimumtls ciphersuites[]
        http.tls.letsencrypt: cachefile email hosts[] directoryurl
        http.debug: addr prometheus.enabled prometheus.path
        notifications: events.includereferences
        notifications.endpoints[]: name disabled url headers.* timeout threshold backoff ignoredmediatypes[]
        notifications.endpoints[]: ignore.mediatypes[] ignore.actions[]
        redis: addr addrs[] username password db mastername sentinelusername sentinelpassword dialtimeout readtimeout
        redis: writetimeout pool.maxidle pool.maxactive pool.idletimeout maxidleconns minidleconns poolsize
        redis: connmaxidletime connmaxlifetime tls.enabled tls.certificate tls.key tls.clientcas[] *
        health.storagedriver: enabled interval threshold
        health.file[]: file interval
        health.http[]: uri headers.* statuscode timeout interval threshold
        health.tcp[]: addr timeout interval threshold
        proxy: remoteurl username password ttl exec.command exec.lifetime
        compatibility.schema1: trustkey signingkeyfile enabled
        validation: enabled disabled manifests.urls.allow[] manifests.urls.deny[] manifests.indexes.platforms
        validation.manifests.indexes.platformlist[]: os architecture
        policy.repository: classes[]
        catalog: maxentries
        portal: addr database title datadirectory trustedproxies[] admin.username admin.password
        portal.tls: certificate key disabled
        portal.limits: manifestsize repositorylength taglength uploads requestline headersize headercount
        portal.limits: mindatarate graceperiod idletimeout headtimeout
        """;

    public static KnownKey Root { get; } = Grow();

    private static KnownKey Grow()
    {
        var root = new KnownKey("");
        foreach (var line in Sections.Split('\n', StringSplitOptions.TrimEntries))
        {
            var (section, keys) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..]);
            foreach (var key in keys.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                root.Add(section.Length == 0 ? key : $"{section}.{key}");
            }
        }

        return root;
    }
}
