using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Settings;
using Portal.Web.Components.Webhooks;
using Portal.Web.Hosting;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>Adds, changes and deletes an endpoint in the file of the configuration, with the editor's care.</summary>
public sealed partial class WebhookEditPage
{
    private static readonly DialogOptions Wide = new() { MaxWidth = MaxWidth.ExtraLarge, FullWidth = true, CloseOnEscapeKey = true };

    private EditorState _state = EditorState.Loading;
    private EditorSession? _session;
    private EndpointDraft? _draft;
    private string? _reason;
    private string? _failure;
    private bool _isConflict;
    private bool _isSaving;
    private string? _yaml;
    private IReadOnlyList<ConfigurationProblem> _problems = [];
    private IReadOnlyList<string> _locked = [];

    [Parameter]
    public string? Endpoint { get; set; }

    [Inject]
    private ConfigurationEditor Editor { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private ILogger<WebhookEditPage> Logger { get; set; } = default!;

    /// <summary>Null for a new one.</summary>
    private string? Name => PortalUrls.EndpointOf(Endpoint);

    private string Title => Name is null ? WebhookWords.AddTitle : WebhookWords.EditNamed.With(Name);

    private string? WhyNotSaved => _session is null ? WebhookWords.StartedWithout : _session.WhyReadOnly is { } reason ? ReasonText.Of(reason) : null;

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            Open();
            StateHasChanged();
        }
    }

    private void Open()
    {
        (_reason, _failure, _isConflict, _yaml, _problems) = (null, null, false, null, []);
        try
        {
            _session = Editor.Open(() => Visitor.Identity);
            _draft = Name is null ? new EndpointDraft() : EndpointDraft.Read(_session?.Text ?? "", Name);
            _locked = _session?.Locked(_session.Text).Where(held => IsOurs(held.Key)).Select(held => $"{held.Key} ({held.Value})").ToList() ?? [];
            _state = EditorState.Ready;
        }
        catch (EditorAccessException exception)
        {
            Deny(exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or UnreadableConfigurationException)
        {
            (_session, _state, _reason) = (null, EditorState.Failed, ProblemText.Of(exception));
        }
    }

    private Task SaveAsync()
    {
        var name = _draft!.Name.Trim();
        if (Name is null && EndpointDraft.Exists(_session!.Text, name))
        {
            (_failure, _problems) = (WebhookWords.NameTaken.With(name), []);
            return Task.CompletedTask;
        }

        if (_draft.SendsSecretsElsewhere)
        {
            (_failure, _problems) = (WebhookWords.OtherServer, []);
            return Task.CompletedTask;
        }

        return ChangeAsync(_draft.WriteInto, Name is null ? WebhookWords.AddAsked : WebhookWords.SaveAsked, PortalUrls.Webhook(name));
    }

    private Task DeleteAsync() => ChangeAsync(text => EndpointDraft.RemoveFrom(text, Name!), WebhookWords.DeleteAsked.With(Name), PortalUrls.Webhooks);

    private async Task ChangeAsync(Func<string, string> change, string title, string next)
    {
        (_isSaving, _failure, _isConflict, _problems) = (true, null, false, []);
        try
        {
            var plan = _session!.Plan(change(_session.Text));
            _problems = [.. plan.Problems.Where(problem => problem.Severity is ConfigurationSeverity.Error)];
            if (_problems.Count > 0)
            {
                return;
            }

            if (plan.IsUnchanged)
            {
                _failure = WebhookWords.NothingDiffers;
            }
            else if (await AskAsync(plan, title) is { } answer)
            {
                _session.Save(plan, answer.Comment, answer.Agreed, Visitor.IpAddress);
                Navigation.NavigateTo(next);
            }
        }
        catch (YamlEditException exception)
        {
            _failure = Sentence.Of(ReasonText.Of(exception));
        }
        catch (ConfigurationConflictException)
        {
            (_failure, _isConflict) = (WebhookWords.ChangedMeanwhile, true);
        }
        catch (EditorAccessException exception)
        {
            Deny(exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.SaveFailed(Logger, exception);
            _failure = WebhookWords.SaveFailed.With(ReasonText.Of(exception));
        }
        finally
        {
            _isSaving = false;
        }
    }

    private async Task<SaveDialog.Answer?> AskAsync(SavePlan plan, string title)
    {
        var dialog = await Dialogs.ShowAsync<SaveDialog>(title, new DialogParameters<SaveDialog> { { save => save.Plan, plan } }, Wide);
        return (await dialog.Result)?.Data as SaveDialog.Answer;
    }

    /// <summary>What to write into a file that cannot be written from here; secrets are left to the person.</summary>
    private void WriteYaml()
    {
        try
        {
            (_failure, _yaml) = (null, SecretMask.Hide(_draft!.WriteInto("")));
        }
        catch (YamlEditException exception)
        {
            _failure = Sentence.Of(ReasonText.Of(exception));
        }
    }

    private void Deny(EditorAccessException exception) =>
        (_session, _draft, _state, _reason) = (null, null, EditorState.Denied, ReasonText.Of(exception));

    private static bool IsOurs(string path) =>
        path.StartsWith("notifications.endpoints", StringComparison.Ordinal) || path.StartsWith("portal.notifications.endpoints", StringComparison.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The endpoint could not be saved")]
        public static partial void SaveFailed(ILogger logger, Exception exception);
    }
}
