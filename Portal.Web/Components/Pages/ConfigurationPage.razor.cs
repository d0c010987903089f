using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Registry.Configuration.Keys;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Settings;
using Portal.Web.Hosting;
using Portal.Web.SignIn;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>
/// The editor of the configuration. The text goes one way: YAML or a form's field makes a new text, and everything
/// else on the page follows from the text.
/// </summary>
public sealed partial class ConfigurationPage : IAsyncDisposable
{
    private static readonly DialogOptions Wide = new() { MaxWidth = MaxWidth.ExtraLarge, FullWidth = true, CloseOnEscapeKey = true };

    private readonly CancellationTokenSource _left = new();
    private EditorState _state = EditorState.Loading;
    private EditorView _view = EditorView.Yaml;
    private EditorSession? _session;
    private CodeEditor? _editor;
    private EditorDraft _draft = default!;
    private FormModel _form = default!;
    private string _text = "";
    private string? _reason;
    private string? _message;
    private string? _failure;
    private TextPair? _conflict;
    private IReadOnlyList<ConfigurationProblem> _problems = [];
    private IReadOnlyDictionary<string, string> _locked = new Dictionary<string, string>();
    private IReadOnlyList<ConfigurationVersion> _versions = [];
    private ConfigurationKey? _key;
    private string? _holder;
    private bool _isMarked = true;
    private bool _isSaving;

    [Inject]
    private ConfigurationEditor Editor { get; set; } = default!;

    [Inject]
    private RunningConfiguration Running { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private PageSignIn SignIn { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private Microsoft.JSInterop.IJSRuntime Js { get; set; } = default!;

    [Inject]
    private ILogger<ConfigurationPage> Logger { get; set; } = default!;

    private static (EditorView View, string Name)[] Views =>
        [(EditorView.Yaml, SettingsWords.Yaml), (EditorView.Form, SettingsWords.Form), (EditorView.History, CommonWords.History)];

    private bool IsEdited => _session is not null && _text != _session.Text;

    private bool CanSave => IsEdited && _conflict is null && _session?.WhyReadOnly is null && !_isSaving
        && !_problems.Any(problem => problem.Severity is ConfigurationSeverity.Error);

    public async ValueTask DisposeAsync()
    {
        Running.Changed -= OnRunningChanged;
        await _left.CancelAsync();
        await _draft.DisposeAsync();
        _left.Dispose();
    }

    protected override void OnInitialized()
    {
        _draft = new EditorDraft(Js);
        if (RendererInfo.IsInteractive)
        {
            Running.Changed += OnRunningChanged;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            Open();
            if (_session is not null && await _draft.FindAsync() is { } kept && kept.Text != _text)
            {
                Take(kept.Text);
                _message = SettingsWords.DraftBack;
                _conflict = kept.Fingerprint == _session.Fingerprint ? null : new TextPair(kept.Text, _session.Text);
            }

            StateHasChanged();
            _ = WatchAsync();
        }
        else if (!_isMarked && _editor is not null)
        {
            _isMarked = true;
            await _editor.MarkAsync(EditorMarks.Of(_text, _problems, _locked));
        }
    }

    private void Open()
    {
        try
        {
            (_reason, _failure, _conflict) = (null, null, null);
            _session = Editor.Open(() => Visitor.Identity);
            _state = _session is null ? EditorState.NoFile : EditorState.Ready;
            if (_session is not null)
            {
                Take(_session.Text);
            }
        }
        catch (EditorAccessException exception)
        {
            (_session, _state, _reason) = (null, EditorState.Denied, ReasonText.Of(exception));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or UnreadableConfigurationException)
        {
            (_session, _state, _reason) = (null, EditorState.Failed, ProblemText.Of(exception));
        }
    }

    /// <summary>Shows a text, whoever made it.</summary>
    private void Take(string text)
    {
        _text = text;
        _problems = _session!.Check(text);
        _locked = _session.Locked(text);
        _form = new FormModel(text, _locked);
        _isMarked = false;
    }

    private async Task EditAsync(string text)
    {
        if (_session is not null && text != _text)
        {
            Take(text);
            _message = null;
            _conflict ??= FindConflict();
            await _draft.KeepAsync(_session.Fingerprint, text);
        }
    }

    private void Move(EditorPlace place)
    {
        var at = KeyAtCursor.Find(_text, place.Line, place.Column);
        _key = ConfigurationKeys.Find(at.Path) is { Path.Length: > 0 } key ? key : null;
        _holder = _locked.HolderOf(at.Path);
    }

    private async Task GoToAsync(EditorPlace place)
    {
        await ShowAsync(EditorView.Yaml);
        StateHasChanged();
        await _editor!.GoToAsync(place);
    }

    /// <summary>To the key in the text, or to the section that it would lie in.</summary>
    private Task JumpAsync(FormPlace place)
    {
        for (var path = place.Name; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
        {
            if (KeyAtCursor.LineOf(_text, path) is { } line)
            {
                return GoToAsync(new EditorPlace(line, 1));
            }
        }

        return GoToAsync(new EditorPlace(_text.AsSpan().Count('\n') + 1, 1));
    }

    private async Task ShowAsync(EditorView view)
    {
        if (_view == EditorView.Yaml && _editor is not null)
        {
            await _editor.FlushAsync();
        }

        _view = view;
        _versions = view == EditorView.History ? Editor.Versions(() => Visitor.Identity) : [];
    }

    private async Task DiscardAsync()
    {
        _message = null;
        await _draft.DropAsync();
        Open();
    }

    private async Task SaveAsync()
    {
        await _editor!.FlushAsync();
        if (CanSave)
        {
            await SaveAsync(session => session.Plan(_text));
        }
    }

    private Task BringBackAsync(int number) => SaveAsync(session => session.PlanVersion(number));

    private async Task SaveAsync(Func<EditorSession, SavePlan> plan)
    {
        _isSaving = true;
        (_message, _failure) = (null, null);
        try
        {
            var planned = plan(_session!);
            if (planned.Problems.FirstOrDefault(problem => problem.Severity is ConfigurationSeverity.Error) is { } error)
            {
                _failure = planned.Version is { } number ? SettingsWords.CannotBringBack.With(number, ProblemText.WithPlace(error)) : ProblemText.WithPlace(error);
            }
            else if (planned.IsUnchanged)
            {
                _message = SettingsWords.NothingToSave;
            }
            else if (await AskAsync(planned) is { } answer)
            {
                var changes = _session!.Save(planned, answer.Comment, answer.Agreed, Visitor.IpAddress).Changes;
                await _draft.DropAsync();
                Open();
                await ShowAsync(_view);
                _message = Describe(changes);
            }
        }
        catch (ConfigurationConflictException)
        {
            _conflict = FindConflict();
        }
        catch (EditorAccessException exception)
        {
            (_session, _state, _reason) = (null, EditorState.Denied, ReasonText.Of(exception));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.SaveFailed(Logger, exception);
            _failure = SettingsWords.SaveFailed.With(ReasonText.Of(exception));
        }
        finally
        {
            _isSaving = false;
        }
    }

    private async Task<SaveDialog.Answer?> AskAsync(SavePlan plan)
    {
        var parameters = new DialogParameters<SaveDialog> { { dialog => dialog.Plan, plan } };
        var title = plan.Version is { } number ? SettingsWords.BringBackAsked.With(number) : SettingsWords.SaveQuestion;
        var dialog = await Dialogs.ShowAsync<SaveDialog>(title, parameters, Wide);
        return (await dialog.Result)?.Data as SaveDialog.Answer;
    }

    private async Task CompareAsync((int Before, int? After) versions)
    {
        try
        {
            var parameters = new DialogParameters<CompareDialog>
            {
                { dialog => dialog.Texts, Editor.Compare(() => Visitor.Identity, versions.Before, versions.After) },
                { dialog => dialog.BeforeName, SettingsWords.VersionNumber.With(versions.Before) },
                { dialog => dialog.AfterName, versions.After is { } other ? SettingsWords.VersionNumber.With(other) : SettingsWords.FileAsItIs },
            };
            await Dialogs.ShowAsync<CompareDialog>(SettingsWords.Compare, parameters, Wide);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _failure = ReasonText.Of(exception);
        }
    }

    private static string Describe(ConfigurationChanges changes) => changes switch
    {
        { Restart.Count: > 0 } => SettingsWords.SavedRestart.With(string.Join(", ", changes.Restart)),
        { Live.Count: > 0 } => SettingsWords.SavedLive.With(string.Join(", ", changes.Live)),
        _ => SettingsWords.SavedNothing,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The configuration could not be saved")]
        public static partial void SaveFailed(ILogger logger, Exception exception);
    }
}
