using Portal.Registry.Inspection;
using Portal.Web.Words;

namespace Portal.Web.Components.Images;

/// <summary>What differs between two images, in words.</summary>
internal static class CompareText
{
    private const string Became = " became ";

    public static string Of(Change change) => change switch
    {
        Change.Added => CompareWords.Added,
        Change.Removed => CompareWords.Removed,
        Change.Changed => CompareWords.Changed,
        _ => CompareWords.Same,
    };

    /// <summary>The class of a row that shows it.</summary>
    public static string StyleOf(Change change) => $"difference-{change.ToString().ToLowerInvariant()}";

    /// <summary>A setting of <see cref="ImageComparison.Settings"/>, which names them in English.</summary>
    public static string NameOf(string setting) => setting switch
    {
        "Platform" => CommonWords.Platform,
        "Entrypoint" => ImageWords.Entrypoint,
        "Command" => ImageWords.Command,
        "Working directory" => ImageWords.WorkingDirectory,
        "User" => CommonWords.User,
        "Ports" => ImageWords.Ports,
        "Volumes" => ImageWords.Volumes,
        "Stop signal" => ImageWords.StopSignal,
        "Shell" => ImageWords.Shell,
        "Health check" => ImageWords.HealthCheck,
        "Author" => ImageWords.Author,
        _ => setting,
    };

    /// <summary>What <see cref="FileDifference.What"/> says in English.</summary>
    public static string WhatOf(string what) => what switch
    {
        "content" => CompareWords.WhatContent,
        "link" => CompareWords.WhatLink,
        "permissions or owner" => CompareWords.WhatRights,
        "file" => CompareWords.WhatFile,
        "device" => CompareWords.WhatDevice,
        "pipe" => CompareWords.WhatPipe,
        "other" => CompareWords.WhatOther,
        _ when what.Split(Became) is [var before, var after] => CompareWords.WhatBecame.With(WhatOf(before), WhatOf(after)),
        _ => what,
    };
}
