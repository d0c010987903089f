using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class StorageKeys
{
    public static ConfigurationKey Storage => Section("storage", "Where images are kept: exactly one driver, and what holds for every driver.",
        Section("filesystem", "Files below a folder, laid out as registry:2 does.",
            Path("rootdirectory", "The folder.", "/var/lib/registry"),
            Number("maxthreads", "File operations that may be under way at a time; less than 25 counts as 25.", "100")),
        Section("inmemory", "The memory of the process, for trials: everything is gone when it ends. Takes no keys."),
        CloudStorageKeys.S3,
        CloudStorageKeys.Azure,
        CloudStorageKeys.Gcs,
        CloudStorageKeys.Swift,
        CloudStorageKeys.Oss,
        Section("delete", "Whether images may be deleted.",
            Flag("enabled", "Allows deleting, through the API and on the pages.")).Live(),
        Section("redirect", "Whether a client may be sent to the storage for a blob.",
            Flag("disable", "Sends every byte through the registry; the drivers of this version always do.")),
        Section("cache", "Remembers what is known of blobs.",
            Choice("blobdescriptor", "Where the sizes of blobs are remembered; redis needs the redis section and is shared by all replicas.", ["inmemory", "redis"]),
            Choice("layerinfo", "The older name of blobdescriptor.", ["inmemory", "redis"]).OldNameOf("storage.cache.blobdescriptor"),
            Number("blobdescriptorsize", "How many blobs inmemory remembers; Redis is bounded by its own maxmemory.", "10000")),
        Section("maintenance", "Care of the storage while the registry runs.",
            Section("uploadpurging", "Removes uploads that nobody went on with.",
                Flag("enabled", "Whether it runs; has to be written when the section is.", "true").Required("true"),
                Duration("age", "How long ago the last byte of an upload came.", "168h"),
                Duration("interval", "How often it looks.", "24h"),
                Flag("dryrun", "Only logs what would be removed.")),
            Section("readonly", "Keeps everything as it is.",
                Flag("enabled", "Refuses every push and delete with 405 UNSUPPORTED; pulls go on.")).Live()),
        Section("tag", "How tags are looked up.",
            Number("concurrencylimit", "Tags that are looked at side by side when a manifest is deleted.").Otherwise("one for each processor")));
}
