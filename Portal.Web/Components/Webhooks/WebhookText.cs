using System.Globalization;
using System.Text;
using Portal.Registry.Notifications;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;
using Portal.Web.Words;

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

    public static string Of(WebhookState state) => state switch
    {
        WebhookState.Healthy => WebhookWords.StateHealthy,
        WebhookState.Retrying => WebhookWords.StateRetrying,
        WebhookState.Paused => WebhookWords.StatePaused,
        WebhookState.Off => WebhookWords.StateOff,
        _ => WebhookWords.StateRemoved,
    };

    public static string Of(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => WebhookWords.StateWaiting,
        DeliveryState.Retrying => WebhookWords.StateRetrying,
        DeliveryState.Delivered => WebhookWords.StateDelivered,
        DeliveryState.Failed => WebhookWords.StateFailed,
        _ => WebhookWords.StateSkipped,
    };

    /// <summary>The class of a state's chip; null for one that is neither good nor bad.</summary>
    public static string? ToneOf(WebhookState state) => state switch
    {
        WebhookState.Healthy => "good",
        WebhookState.Retrying => "bad",
        _ => null,
    };

    /// <inheritdoc cref="ToneOf(WebhookState)"/>
    public static string? ToneOf(DeliveryState state) => state switch
    {
        DeliveryState.Delivered => "good",
        DeliveryState.Retrying or DeliveryState.Failed => "bad",
        _ => null,
    };

    /// <summary>How many were taken of those that are over: <c>98 % of 50</c>.</summary>
    public static string Success(WebhookRow row) => row.SuccessRate is { } rate
        ? WebhookWords.SuccessOf.With(Math.Floor(rate * 100), row.Delivered + row.Failed)
        : WebhookWords.NoneYet;

    /// <summary>What a delivery is about: <c>team/app:1.0</c>.</summary>
    public static string Subject(DeliveryRow row) => row.Tag is { } tag ? $"{row.Repository}:{tag}"
        : Digest.TryParse(row.Digest, out var digest) ? $"{row.Repository}@{DigestText.Abbreviate(digest)}" : row.Repository;

    public static string Milliseconds(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0} ms");

    /// <summary>Bytes that somebody else sent, as text that a page can hold.</summary>
    public static string Text(ReadOnlyMemory<byte> bytes)
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(bytes.Span));
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = char.IsControl(text[i]) && text[i] is not ('\n' or '\r' or '\t') ? '\uFFFD' : text[i];
        }

        return text.ToString();
    }
}
