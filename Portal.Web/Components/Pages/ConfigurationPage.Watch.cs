using Microsoft.AspNetCore.Components;
using Portal.Web.Components.Controls;
using Portal.Web.Hosting;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>What others do to the file while the page is open.</summary>
public sealed partial class ConfigurationPage
{
    /// <summary>How often an open page looks whether the file was changed elsewhere.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private void OnRunningChanged() => _ = InvokeAsync(async () =>
    {
        Visitor.Language.Speak();
        await LookAsync();
        StateHasChanged();
    });

    /// <summary>Looks at the file again and again, until the page is left.</summary>
    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(LookEvery, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_left.Token))
            {
                await InvokeAsync(async () =>
                {
                    if (IsTouched())
                    {
                        await LookAsync();
                        StateHasChanged();
                    }
                });
            }
        }
        catch (OperationCanceledException)
        {
            // Left.
        }
    }

    private bool IsTouched()
    {
        try
        {
            return _session is not null && _session.WasTouched();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _failure = ReasonText.Of(exception);
            return true;
        }
    }

    /// <summary>Shows what somebody else made of the file: at once where nothing was typed here, else beside it.</summary>
    private async Task LookAsync()
    {
        if (_isSaving || _session is null || _conflict is not null)
        {
            return;
        }

        if (_editor is not null && _view == EditorView.Yaml)
        {
            await _editor.FlushAsync();
        }

        if (FindConflict() is not { } found)
        {
            return;
        }

        if (IsEdited)
        {
            _conflict = found;
            return;
        }

        Open();
        _message = SettingsWords.ChangedElsewhere;
    }

    private TextPair? FindConflict()
    {
        try
        {
            return _session!.FindConflict();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _failure = ReasonText.Of(exception);
            return null;
        }
    }
}
