using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Registry;
using Portal.Registry.Copying;
using Portal.Storage.Oci;
using Portal.Storage.Tags;
using Portal.Web.Components.Controls;
using Portal.Web.Words;

namespace Portal.Web.Components.Copying;

/// <summary>Gives an image another tag or repository: says while one types what is wrong and what would be overwritten.</summary>
public sealed partial class CopyDialog : IDisposable
{
    private static readonly TimeSpan Paint = TimeSpan.FromMilliseconds(200);

    private readonly string _form = $"copy-{Guid.NewGuid():N}";
    private readonly CancellationTokenSource _stop = new();
    private string _name = string.Empty;
    private string _tag = string.Empty;
    private string? _nameProblem;
    private string? _tagProblem;
    private string? _refusal;
    private bool _withReferrers = true;
    private bool _overwrite;
    private bool _working;
    private TagTarget? _target;
    private Digest? _source;
    private CopyProgress? _progress;
    private long _painted;
    private int _looks;

    /// <summary>Where an image was copied to.</summary>
    public sealed record Copied(RepositoryName Name, Tag Tag);

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter, EditorRequired]
    public RepositoryName From { get; set; }

    [Parameter, EditorRequired]
    public Tag Tag { get; set; }

    [Inject]
    private ImageCopier Copier { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private bool MayCopy => !_working && _nameProblem is null && _tagProblem is null && _tag.Length > 0
        && (_target is not { } target || target.Digest == _source || _overwrite);

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _name = From.ToString();
        _source = (await Copier.FindTargetAsync(Visitor.Identity, From, Tag, _stop.Token))?.Digest;
    }

    private Task OnNameAsync(ChangeEventArgs change)
    {
        _name = ((string?)change.Value ?? string.Empty).Trim();
        _nameProblem = ProblemOf(() => RepositoryName.Parse(_name));
        return LookAsync();
    }

    private Task OnTagAsync(ChangeEventArgs change)
    {
        _tag = ((string?)change.Value ?? string.Empty).Trim();
        _tagProblem = ProblemOf(() => Tag.Parse(_tag));
        return LookAsync();
    }

    /// <summary>What would be overwritten. Only the answer to the last look counts.</summary>
    private async Task LookAsync()
    {
        var look = ++_looks;
        (_target, _overwrite, _refusal) = (null, false, null);
        if (RepositoryName.TryParse(_name, out var name) && Tag.TryParse(_tag, out var tag))
        {
            var found = await Copier.FindTargetAsync(Visitor.Identity, name, tag, _stop.Token);
            if (look == _looks)
            {
                _target = found;
            }
        }
    }

    private async Task SubmitAsync()
    {
        if (!MayCopy || !RepositoryName.TryParse(_name, out var name) || !Tag.TryParse(_tag, out var tag))
        {
            return;
        }

        var request = new CopyRequest
        {
            From = From,
            Reference = Tag,
            To = name,
            Tag = tag,
            WithReferrers = _withReferrers,
            Expected = new ExpectedTag(_target?.Digest),
        };
        (_working, _refusal) = (true, null);
        try
        {
            await Copier.CopyAsync(request, Visitor.ToActor("PUT"), new Reported<CopyProgress>(Report), _stop.Token);
            Dialog.Close(DialogResult.Ok(new Copied(name, tag)));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Dialog.Cancel();
        }
        catch (TagMovedException moved)
        {
            await LookAsync();
            _refusal = ReasonText.Of(moved);
        }
        catch (Exception exception) when (exception is OciException or IOException)
        {
            _refusal = exception is OciException ? ReasonText.Of(exception) : RepositoryWords.WriteRefused;
        }
        finally
        {
            (_working, _progress) = (false, null);
        }
    }

    private void Report(CopyProgress progress)
    {
        _progress = progress;
        if (Time.GetElapsedTime(_painted) >= Paint)
        {
            _painted = Time.GetTimestamp();
            _ = InvokeAsync(StateHasChanged);
        }
    }

    private void Cancel()
    {
        if (_working)
        {
            _stop.Cancel();
        }
        else
        {
            Dialog.Cancel();
        }
    }

    private static string? ProblemOf(Action parse)
    {
        try
        {
            parse();
            return null;
        }
        catch (OciException refused)
        {
            return ReasonText.Of(refused);
        }
    }
}
