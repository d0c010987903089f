using Portal.Registry.Configuration;
using Portal.Storage.Reasons;

namespace Portal.Registry.Health;

/// <summary>One thing whose health is looked at, as the <c>health</c> section describes it.</summary>
/// <param name="kind">What is looked at, in a word.</param>
/// <param name="name">As upstream names it, free of secrets.</param>
/// <param name="timeout">How long one look may take.</param>
/// <param name="settings">Everything else that makes it differ from another one; may hold secrets.</param>
public abstract class HealthProbe(string kind, string name, HealthCheckPace pace, TimeSpan timeout, string settings = "") : IDisposable
{
    private Task<Reason?>? _look;

    public string Kind { get; } = kind;

    public string Name { get; } = name;

    public HealthCheckPace Pace { get; } = pace;

    /// <summary>Whether it looks at the same thing in the same way.</summary>
    public bool IsSameAs(HealthProbe other) => Identity == other.Identity;

    private (string, string, HealthCheckPace, TimeSpan, string) Identity => (Kind, Name, Pace, timeout, settings);

    /// <summary>Looks once, and gives up after the timeout. It never throws but for its cancellation.</summary>
    /// <returns>What is wrong, in words that tell no secret; null when all is well.</returns>
    /// <remarks>A look that hangs, at a mount that is gone say, is not begun again: one thread hangs with it, and no more.</remarks>
    public async Task<Reason?> LookAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var look = _look is { IsCompleted: false } hanging ? hanging : Task.Run(() => FindFaultAsync(either.Token), CancellationToken.None);
        try
        {
            return await look.WaitAsync(either.Token);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _look = look;
            return exception is OperationCanceledException ? new Reason(HealthFault.NoAnswer, $"no answer within {timeout.TotalSeconds:0.###} s") : Describe(exception);
        }
    }

    /// <summary>Lets go of what looking needs.</summary>
    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
    }

    /// <summary>Looks once.</summary>
    /// <returns>What is wrong; null when all is well.</returns>
    protected abstract Task<Reason?> FindFaultAsync(CancellationToken cancellationToken);

    /// <summary>An exception's words, for somebody who runs the registry.</summary>
    protected virtual Reason Describe(Exception exception) => new(HealthFault.Other, $"{exception.Message}");
}
