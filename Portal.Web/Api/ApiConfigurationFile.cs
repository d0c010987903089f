using System.Security.Cryptography;
using System.Text;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Web.Hosting;

namespace Portal.Web.Api;

/// <summary>
/// The configuration's file as the API works on it: with the editor's care, of which every refusal becomes a problem. A text
/// that goes out has its secrets hidden; the placeholder that comes back means the secret that it stood for.
/// </summary>
internal sealed partial class ApiConfigurationFile(ConfigurationEditor editor, ILogger<ApiConfigurationFile> logger)
{
    /// <summary>How many bytes a body with a whole text may have: JSON writes a line break as two characters.</summary>
    public const long LargestBody = 2 * ConfigurationLoader.MaxFileSize;

    /// <summary>Why there is nothing to write.</summary>
    public const string NoFile = "the registry was started without a configuration file: give it one (registry serve config.yml), or set REGISTRY_* variables";

    private const int ToldProblems = 5;

    // A plain fingerprint would let somebody try out what a hidden secret may be.
    private static readonly byte[] VersionKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>Runs what asks the editor, and says its refusals in the API's words.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    /// <exception cref="ApiException">409: the file is no YAML or no text, or a version is gone. 503: it cannot be read or written.</exception>
    public T Ask<T>(ApiRequest request, Func<ConfigurationEditor, T> ask)
    {
        try
        {
            return ask(editor);
        }
        catch (EditorAccessException exception)
        {
            throw request.Who.TokenName is { } token
                ? new OciException(ErrorCode.Denied, $"the access token \"{token}\" administers nothing: ask with your name and your password")
                : new OciException(ErrorCode.Denied, exception.Reason);
        }
        catch (UnreadableConfigurationException exception)
        {
            throw Conflict($"the file is no YAML, so that its secrets cannot be hidden and it is not told: mend it on the machine ({exception.Message})");
        }
        catch (UnusableFileException exception)
        {
            throw Conflict(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.Failed(logger, exception);
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "UNAVAILABLE", $"the configuration's file cannot be read or written: {exception.Message}");
        }
    }

    /// <summary>The file as it is now.</summary>
    /// <returns>Null when the registry was started without one.</returns>
    /// <inheritdoc cref="Ask" path="/exception"/>
    public EditorSession? Find(ApiRequest request) => Ask(request, file => file.Open(() => request.Who));

    /// <summary>The file as it is now, to be checked against or changed.</summary>
    /// <inheritdoc cref="Ask" path="/exception"/>
    /// <exception cref="ApiException">409: there is none.</exception>
    public EditorSession Open(ApiRequest request) => Find(request) ?? throw Conflict(NoFile);

    /// <summary>Tells one text of the file from another, for as long as the process lives.</summary>
    /// <param name="fingerprint">Of the file.</param>
    public static string VersionOf(string fingerprint) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(VersionKey, Encoding.ASCII.GetBytes(fingerprint)).AsSpan(0, 16));

    /// <param name="version">What the client read; null for whatever is there.</param>
    /// <exception cref="ApiException">409: the file is another one by now.</exception>
    public static void Require(EditorSession session, string? version)
    {
        if (version is not null && version != VersionOf(session.Fingerprint))
        {
            throw Changed();
        }
    }

    /// <param name="session">The file that is to be changed here and there, by somebody who does not send its text.</param>
    /// <exception cref="ApiException">409: it has errors already.</exception>
    public static void RequireValid(EditorSession session)
    {
        if (ErrorsOf(session.Check(session.Text)) is { Count: > 0 } errors)
        {
            throw Conflict($"the configuration's file has errors already, so that nothing else is changed in it: mend them by putConfiguration, or at /{PortalUrls.Configuration} ({Tell(errors)})");
        }
    }

    /// <summary>Keeps the text that was, writes the new one, and applies it. What differs in nothing is not written.</summary>
    /// <param name="change">Makes the plan, and may refuse to.</param>
    /// <inheritdoc cref="Plan" path="/exception"/>
    /// <exception cref="ApiException">409: a question is open, or somebody else was faster. 503: it could not be written.</exception>
    public SavedText Save(ApiRequest request, EditorSession session, Func<EditorSession, SavePlan> change, string? comment, IReadOnlyList<SaveRisk>? agreed)
    {
        var plan = Plan(request, session, change);
        var open = plan.Questions.Where(question => agreed?.Contains(question.Risk) is not true).ToList();
        if (open.Count > 0)
        {
            throw Conflict(string.Join(
                " ", open.Select(question => $"{question.Title}: {question.Text} Put {ApiJson.NameOf($"{question.Risk}")} into the field agreed of putConfiguration if you want that.")));
        }

        if (plan.IsUnchanged)
        {
            return new SavedText(session.Text, session.Fingerprint, ConfigurationChanges.None);
        }

        try
        {
            return Ask(request, _ => session.Save(plan, comment?.Trim() ?? "", plan.Questions, request.Address));
        }
        catch (ConfigurationConflictException)
        {
            throw Changed();
        }
    }

    /// <summary>A refusal of what cannot be done as things are.</summary>
    public static ApiException Conflict(string detail) => new(StatusCodes.Status409Conflict, "CONFLICT", detail);

    /// <summary>What saving would do, once nothing is wrong with it.</summary>
    /// <exception cref="ApiException">400: the text has errors. 409: the file cannot be written, the version that was to be brought back has errors by now, or it takes a person.</exception>
    private SavePlan Plan(ApiRequest request, EditorSession session, Func<EditorSession, SavePlan> plan)
    {
        if (session.WhyReadOnly is { } why)
        {
            throw Conflict($"nothing can be saved: {why}");
        }

        try
        {
            var planned = Ask(request, _ => plan(session));
            var errors = ErrorsOf(planned.Problems);
            return errors.Count == 0 ? planned
                : planned.Version is { } number ? throw Conflict($"version {number} is no configuration that can be used now: {Tell(errors)}")
                : throw new ApiException(Tell(errors));
        }
        catch (YamlEditException exception)
        {
            throw Conflict($"{exception.Message}: change the text itself by putConfiguration, or at /{PortalUrls.Configuration}");
        }
    }

    private static List<ConfigurationProblem> ErrorsOf(IEnumerable<ConfigurationProblem> problems) =>
        [.. problems.Where(problem => problem.Severity is ConfigurationSeverity.Error)];

    private static string Tell(List<ConfigurationProblem> errors) =>
        string.Join("; ", errors.Take(ToldProblems)) + (errors.Count > ToldProblems ? $"; and {errors.Count - ToldProblems} more: checkConfiguration tells all" : "");

    private static ApiException Changed() => Conflict("the configuration was changed since it was read: read it again, and make your change in that. Nothing was saved");

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "API: the configuration's file could not be read or written")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
