using Portal.Registry.Notifications;

namespace Portal.Web.Components.Webhooks;

/// <summary>The words of the pages about endpoints.</summary>
internal static class WebhookText
{
    /// <summary>Upstream's words for what happens.</summary>
    public static IReadOnlyList<string> Actions { get; } = ["push", "pull", "mount", "delete"];

    public static string Of(PayloadFormat format) => format switch
    {
        PayloadFormat.Slack => "Slack",
        PayloadFormat.Teams => "Microsoft Teams",
        PayloadFormat.Discord => "Discord",
        PayloadFormat.CloudEvents => "CloudEvents",
        _ => "Registry",
    };
}
