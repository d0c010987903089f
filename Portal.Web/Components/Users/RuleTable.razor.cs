using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Live;
using Portal.Web.Words;

namespace Portal.Web.Components.Users;

/// <summary>The table of permissions, edited as a whole.</summary>
public sealed partial class RuleTable : IDisposable
{
    private readonly Attempt _attempt = new();
    private readonly HashSet<Guid> _typed = [];
    private IReadOnlyList<AccessRule> _before = [];
    private List<RuleDraft> _drafts = [];
    private IReadOnlyList<AccessRule>? _others;
    private string? _message;
    private RefreshTimer? _timer;

    [Inject]
    private PermissionTable Table { get; set; } = default!;

    [Inject]
    private Accounts Accounts { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private bool IsEdited => _drafts.Count != _before.Count || _drafts.Any(draft => draft.FindProblem() is not null)
        || !_drafts.Select(draft => draft.ToRule()).SequenceEqual(_before);

    public void Dispose()
    {
        Accounts.Changed -= OnChanged;
        _timer?.Dispose();
    }

    protected override void OnInitialized()
    {
        Load();
        if (RendererInfo.IsInteractive)
        {
            _timer = new RefreshTimer(Time, () => _ = InvokeAsync(LookAgain));
            Accounts.Changed += OnChanged;
        }
    }

    private static T Parse<T>(ChangeEventArgs change)
        where T : struct, Enum => Enum.Parse<T>((string)change.Value!);

    private void OnChanged() => _timer?.Signal();

    private void Load()
    {
        (_others, _message) = (null, null);
        _before = Table.Read(Visitor.Identity);
        _drafts = [.. _before.Select(RuleDraft.Of)];
        _typed.Clear();
        _typed.UnionWith(_drafts.Select(draft => draft.Id));
    }

    /// <summary>Somebody else may have written the table: what is typed here stays.</summary>
    private void LookAgain()
    {
        if (!Accounts.Current.Rows.Rules.SequenceEqual(_before))
        {
            if (IsEdited)
            {
                _others = Accounts.Current.Rows.Rules;
            }
            else
            {
                Load();
            }
        }

        StateHasChanged();
    }

    /// <summary>A row that nobody has typed in yet is not called wrong.</summary>
    private bool IsWrong(RuleDraft draft) => _typed.Contains(draft.Id) && draft.FindProblem() is not null;

    private void Edit(RuleDraft draft, Action edit)
    {
        edit();
        _message = null;
        if (draft.Pattern.Length > 0)
        {
            _typed.Add(draft.Id);
        }
    }

    private void Add()
    {
        _message = null;
        _drafts.Add(new RuleDraft());
    }

    private void Remove(RuleDraft draft)
    {
        _message = null;
        _drafts.Remove(draft);
    }

    private async Task SaveAsync()
    {
        _message = null;
        _typed.UnionWith(_drafts.Select(draft => draft.Id));
        if (_drafts.FindIndex(draft => draft.FindProblem() is not null) is var wrong and >= 0)
        {
            _attempt.Refuse(UserWords.RuleIncomplete.With(wrong + 1, ReasonText.Of(_drafts[wrong].FindProblem()!)));
            return;
        }

        var rules = _drafts.Select(draft => draft.ToRule()).ToList();
        RuleAnswer? answer = null;
        if (Table.EffectOf(Visitor.Identity, rules) is var effect and not RuleEffect.None)
        {
            var parameters = new DialogParameters<RuleEffectDialog> { { dialog => dialog.Effect, effect } };
            var dialog = await Dialogs.ShowAsync<RuleEffectDialog>(
                effect is RuleEffect.Bounds ? UserWords.WhatOfSignedIn : UserWords.LetAllAsked, parameters);
            if (await dialog.Result is not { Canceled: false, Data: RuleAnswer given })
            {
                return;
            }

            answer = given;
        }

        if (await _attempt.RunAsync(() => Table.ReplaceAsync(
            Visitor.Identity, Visitor.IpAddress, _before, rules, answer, CancellationToken.None)))
        {
            Load();
            _message = UserWords.PermissionsSaved;
        }
    }
}
