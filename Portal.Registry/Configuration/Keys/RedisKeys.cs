using Portal.Storage.Reasons;

using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class RedisKeys
{
    private static readonly Reason OneConnection = new(KeyProblem.OneConnection, $"every request shares one connection to each server");

    public static ConfigurationKey Redis => Section("redis", "The Redis servers behind storage.cache. While they are away, the storage is asked.",
        Address("addr", "The server, as host:port; version 2's form of addrs."),
        List("addrs", KeyType.Address, "The servers; several make a cluster, or Sentinels together with mastername."),
        Text("clientname", "The name under which the connection shows itself.").Otherwise("the machine's"),
        Text("username", "The name to sign in with."),
        Text("password", "The password to sign in with.").Secret(),
        Number("db", "The number of the database; a cluster has 0 alone.", "0"),
        Number("protocol", "The version of Redis's protocol, 2 or 3; a server that does not speak 3 is spoken to in 2.", "3"),
        Text("mastername", "The master's name, which Sentinels are asked for."),
        Text("sentinelusername", "The name to sign in with at a Sentinel."),
        Text("sentinelpassword", "The password to sign in with at a Sentinel.").Secret(),
        Duration("dialtimeout", "How long connecting may take, signing in included; no request waits for it, and less than 1s counts as 1s.", "5s"),
        Duration("readtimeout", "Together with writetimeout, how long a request waits for Redis before it asks the storage.", "3s"),
        Duration("writetimeout", "Added to readtimeout.", "3s"),
        Number("maxretries", "Tries to connect before the log says that Redis is away; a question that fails is asked of the storage at once.", "3"),
        Duration("minretrybackoff", "How long after a failure Redis is tried again, in the background; doubled each time.", "8ms"),
        Duration("maxretrybackoff", "The most that minretrybackoff grows to.", "512ms"),
        WithoutEffect(KeyType.Flag, "contexttimeoutenabled", "Ends a command with its request.", new Reason(KeyProblem.NobodyWaits, $"a request that ends never waits for Redis")),
        Section("pool", "Version 2's keys of the connections that are kept.",
            WithoutEffect(KeyType.Number, "maxidle", "Connections that may be kept without work.", OneConnection),
            WithoutEffect(KeyType.Number, "maxactive", "Connections that may be open.", OneConnection),
            WithoutEffect(KeyType.Duration, "idletimeout", "How long a connection is kept without work.", OneConnection)),
        WithoutEffect(KeyType.Number, "poolsize", "Connections that may be open.", OneConnection),
        WithoutEffect(KeyType.Flag, "poolfifo", "Takes the connection that waited longest.", OneConnection),
        WithoutEffect(KeyType.Duration, "pooltimeout", "How long one waits for a connection.", OneConnection),
        WithoutEffect(KeyType.Number, "minidleconns", "Connections that are kept ready.", OneConnection),
        WithoutEffect(KeyType.Number, "maxidleconns", "Connections that may be kept without work.", OneConnection),
        WithoutEffect(KeyType.Number, "maxactiveconns", "Connections that may be open at once, whatever waits.", OneConnection),
        WithoutEffect(KeyType.Duration, "connmaxidletime", "How long a connection is kept without work.", OneConnection),
        WithoutEffect(KeyType.Duration, "connmaxlifetime", "How long a connection is kept at all.", OneConnection),
        WithoutEffect(KeyType.Number, "maxredirects", "Servers of a cluster that a command may be sent on to.", new Reason(KeyProblem.LayoutIsKnown, $"the layout of a cluster is read before, and again when it changes")),
        Flag("readonly", "Reads from replicas, where there are any. What one has not heard of yet, it cannot tell: for some milliseconds after a delete it may say that the blob is there."),
        WithoutEffect(KeyType.Flag, "routebylatency", "Reads from the nearest server of a cluster.", new Reason(KeyProblem.NoLatency, $"no latency is measured; write readonly to read from replicas")),
        Flag("routerandomly", "As readonly; replicas are read from in turn."),
        Flag("disableidentity", "Says nothing of the client when connecting."),
        Text("identitysuffix", "Added to the client's name, which it says when connecting."),
        WithoutEffect(KeyType.Flag, "unstableresp3", "Takes answers whose form may still change.", new Reason(KeyProblem.NoSuchCommand, $"no such command is used")),
        Section("tls", "TLS with the servers.",
            Flag("enabled", "Speaks it.").Otherwise("true when another key of this section is written"),
            Path("certificate", "The PEM file of the certificate that this side shows; read for each connection."),
            Path("key", "The PEM file of its key."),
            List("clientcas", KeyType.Path, "PEM files of the authorities that vouch for the servers; the machine's own without them."),
            List("rootcas", KeyType.Path, "The newer name of clientcas; both count."))).OptIn();

    private static ConfigurationKey WithoutEffect(KeyType type, string name, string effect, Reason reason) =>
        new ConfigurationKey(type, name, effect, []).NoEffect(reason);
}
