namespace Portal.Registry.Inspection.Attachments;

/// <summary>Why nothing, or not all, is known of what is attached to an image.</summary>
public enum AttachmentFault
{
    NotHere,
    TooLarge,
    NotWhatItSays,
    ListTooLarge,
    NoList,
    ListCut,
    NoJson,
    TooManyBefore,
}
