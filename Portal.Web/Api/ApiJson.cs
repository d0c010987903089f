using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Registry.Inspection;
using Portal.Registry.Inspection.Attachments;
using Portal.Registry.Maintenance;
using Portal.Registry.Notifications;
using Portal.Storage.Accounts;
using Portal.Storage.History;
using Portal.Storage.Layers;
using Portal.Storage.Metadata;

namespace Portal.Web.Api;

/// <summary>How the API writes and reads JSON: a line for each type that an operation answers or takes by itself.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 32,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters =
    [
        typeof(UtcTime),
        typeof(EnumText<IdentityKind>),
        typeof(EnumText<RepositoryActions>),
        typeof(EnumText<RuleAnswer>),
        typeof(EnumText<ManifestKind>),
        typeof(EnumText<ArtifactKind>),
        typeof(EnumText<TagChangeKind>),
        typeof(EnumText<ActivityKind>),
        typeof(EnumText<AccountSource>),
        typeof(EnumText<Role>),
        typeof(EnumText<SubjectKind>),
        typeof(EnumText<AuditAction>),
        typeof(EnumText<PayloadFormat>),
        typeof(EnumText<WebhookState>),
        typeof(EnumText<DeliveryState>),
        typeof(EnumText<GarbagePhase>),
        typeof(EnumText<EntryKind>),
        typeof(EnumText<FileMark>),
        typeof(EnumText<Change>),
        typeof(EnumText<FileAspect>),
        typeof(EnumText<AttachmentKind>),
        typeof(EnumText<ConfigurationSeverity>),
        typeof(EnumText<ApiValueOrigin>),
        typeof(EnumText<SaveRisk>),
    ])]
[JsonSerializable(typeof(ApiProblem))]
[JsonSerializable(typeof(ApiMe))]
[JsonSerializable(typeof(IReadOnlyList<ApiSession>))]
[JsonSerializable(typeof(ApiOwnPassword))]
[JsonSerializable(typeof(ApiList<ApiRepository>))]
[JsonSerializable(typeof(ApiPulls))]
[JsonSerializable(typeof(ApiList<ApiTag>))]
[JsonSerializable(typeof(ApiTagNames))]
[JsonSerializable(typeof(ApiDeletedTags))]
[JsonSerializable(typeof(ApiTagHistory))]
[JsonSerializable(typeof(ApiRestore))]
[JsonSerializable(typeof(ApiCopy))]
[JsonSerializable(typeof(ApiCopied))]
[JsonSerializable(typeof(ApiDescription))]
[JsonSerializable(typeof(ApiDescriptionText))]
[JsonSerializable(typeof(ApiDeleted))]
[JsonSerializable(typeof(ApiList<ApiDeletion>))]
[JsonSerializable(typeof(ApiUndoneDeletion))]
[JsonSerializable(typeof(ApiSearch))]
[JsonSerializable(typeof(ApiCatalogLevel))]
[JsonSerializable(typeof(ApiFacets))]
[JsonSerializable(typeof(ApiList<ApiUntagged>))]
[JsonSerializable(typeof(ApiList<ApiDeletedTag>))]
[JsonSerializable(typeof(ApiDeletionPlan))]
[JsonSerializable(typeof(ApiImage))]
[JsonSerializable(typeof(ApiStorageUse))]
[JsonSerializable(typeof(ApiLayers))]
[JsonSerializable(typeof(ApiFiles))]
[JsonSerializable(typeof(ApiComparison))]
[JsonSerializable(typeof(ApiFileComparison))]
[JsonSerializable(typeof(ApiList<ApiDifference>))]
[JsonSerializable(typeof(ApiAttachments))]
[JsonSerializable(typeof(ApiPackages))]
[JsonSerializable(typeof(IReadOnlyList<ApiRegistry>))]
[JsonSerializable(typeof(ApiRegistryState))]
[JsonSerializable(typeof(ApiRemoteNames))]
[JsonSerializable(typeof(ApiList<ApiActivity>))]
[JsonSerializable(typeof(ApiList<ApiUser>))]
[JsonSerializable(typeof(ApiNewUser))]
[JsonSerializable(typeof(ApiPassword))]
[JsonSerializable(typeof(IReadOnlyList<ApiToken>))]
[JsonSerializable(typeof(ApiNewToken))]
[JsonSerializable(typeof(ApiNewTokenSecret))]
[JsonSerializable(typeof(ApiRules))]
[JsonSerializable(typeof(ApiNewRules))]
[JsonSerializable(typeof(ApiExplanation))]
[JsonSerializable(typeof(IReadOnlyList<ApiWebhook>))]
[JsonSerializable(typeof(ApiWebhookSettings))]
[JsonSerializable(typeof(ApiRedelivered))]
[JsonSerializable(typeof(ApiList<ApiDelivery>))]
[JsonSerializable(typeof(ApiDeliveryDetail))]
[JsonSerializable(typeof(ApiConfiguration))]
[JsonSerializable(typeof(IReadOnlyList<ApiEffectiveValue>))]
[JsonSerializable(typeof(ApiConfigurationText))]
[JsonSerializable(typeof(ApiConfigurationCheck))]
[JsonSerializable(typeof(ApiNewConfiguration))]
[JsonSerializable(typeof(ApiConfigurationRestore))]
[JsonSerializable(typeof(ApiSavedConfiguration))]
[JsonSerializable(typeof(ApiList<ApiConfigurationVersion>))]
[JsonSerializable(typeof(ApiConfigurationVersionText))]
[JsonSerializable(typeof(ApiDashboard))]
[JsonSerializable(typeof(ApiHealth))]
[JsonSerializable(typeof(ApiList<ApiHealthChange>))]
[JsonSerializable(typeof(ApiList<ApiAuditEntry>))]
[JsonSerializable(typeof(ApiGarbageCollection))]
[JsonSerializable(typeof(ApiNewGarbageCollection))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>A name of the code as the API writes it.</summary>
    public static string NameOf(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}

/// <summary>An enum by its values' names; a number is none.</summary>
internal sealed class EnumText<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>A moment as RFC 3339 writes it, in UTC.</summary>
internal sealed class UtcTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
    }
}
