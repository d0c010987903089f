using Portal.Registry.Inspection;
using Portal.Storage.Layers;
using Portal.Web.Words;

namespace Portal.Web.Components.Images;

/// <summary>What differs between two images, in words.</summary>
internal static class CompareText
{
    public static string Of(Change change) => change switch
    {
        Change.Added => CompareWords.Added,
        Change.Removed => CompareWords.Removed,
        Change.Changed => CompareWords.Changed,
        _ => CompareWords.Same,
    };

    /// <summary>The class of a row that shows it.</summary>
    public static string StyleOf(Change change) => $"difference-{change.ToString().ToLowerInvariant()}";

    public static string NameOf(ImageSetting setting) => setting switch
    {
        ImageSetting.Author => ImageWords.Author,
        ImageSetting.Command => ImageWords.Command,
        ImageSetting.Entrypoint => ImageWords.Entrypoint,
        ImageSetting.HealthCheck => ImageWords.HealthCheck,
        ImageSetting.Platform => CommonWords.Platform,
        ImageSetting.Ports => ImageWords.Ports,
        ImageSetting.Shell => ImageWords.Shell,
        ImageSetting.StopSignal => ImageWords.StopSignal,
        ImageSetting.User => CommonWords.User,
        ImageSetting.Volumes => ImageWords.Volumes,
        ImageSetting.WorkingDirectory => ImageWords.WorkingDirectory,
        _ => throw new ArgumentOutOfRangeException(nameof(setting)),
    };

    /// <summary>What differs of a file; of one that is in one image alone, what it is.</summary>
    public static string WhatOf(FileDifference file) => file.What switch
    {
        FileAspect.Content => CompareWords.WhatContent,
        FileAspect.LinkTarget => CompareWords.WhatLink,
        FileAspect.PermissionsOrOwner => CompareWords.WhatRights,
        FileAspect.Kind => CompareWords.WhatBecame.With(NameOf(file.FormerKind), NameOf(file.Kind)),
        _ => NameOf(file.Kind),
    };

    private static string NameOf(EntryKind kind) => kind switch
    {
        EntryKind.File => CompareWords.WhatFile,
        EntryKind.SymbolicLink or EntryKind.HardLink => CompareWords.WhatLink,
        EntryKind.CharacterDevice or EntryKind.BlockDevice => CompareWords.WhatDevice,
        EntryKind.Pipe => CompareWords.WhatPipe,
        _ => CompareWords.WhatOther,
    };
}
