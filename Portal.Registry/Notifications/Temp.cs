#pragma warning disable
using Portal.Registry.Configuration;
using Portal.Registry.Events;
namespace Portal.Registry.Notifications;
public enum PayloadFormat { Registry, Slack }
public sealed record WebhookConfiguration(PayloadFormat Format, Secret? Secret, int Attempts);
public sealed class PortalNotificationsConfiguration { public int MaxWaiting = 100000; public TimeSpan Retention = TimeSpan.FromDays(7); public WebhookConfiguration Of(string name) => new(PayloadFormat.Registry, null, 0); }
public sealed record Payload(string ContentType, ReadOnlyMemory<byte> Body) { public static Payload Of(PayloadFormat f, ReadOnlyMemory<byte> e) => new("application/vnd.docker.distribution.events.v1+json", new byte[][]{ "{\"events\":["u8.ToArray(), e.ToArray(), "]}"u8.ToArray() }.SelectMany(x=>x).ToArray()); }
public static class PayloadSignature { public const string Header = "X-Hub-Signature-256"; public static string Of(Secret s, ReadOnlySpan<byte> b) => ""; }
public sealed class EndpointFilter(NotificationEndpointConfiguration e, WebhookConfiguration x) {
 public bool WantsAny(EventAction a) => !e.IgnoredActions.Contains(EventJson.NameOf(a));
 public bool Wants(RegistryEvent r) => Wants(EventJson.NameOf(r.Action), r.MediaType, r.Repository.ToString(), r.Tag?.ToString());
 public bool Wants(string action, string? mediaType, string repository, string? tag) => !e.IgnoredActions.Contains(action) && (mediaType is null || !e.IgnoredMediaTypes.Contains(mediaType)); }
