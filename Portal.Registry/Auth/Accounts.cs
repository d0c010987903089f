using Portal.Registry.Configuration;
using Portal.Storage.Accounts;

namespace Portal.Registry.Auth;

/// <summary>
/// Users, permissions, tokens and sessions: in memory for those who ask at each request, and on disk before a change
/// counts. Who may change them is not asked here, but by the services that do.
/// </summary>
public sealed class Accounts(AccountStore store, LiveConfiguration live) : IDisposable
{
    private static readonly AccountRows Nothing = new([], [], [], []);

    private readonly SemaphoreSlim _turn = new(1);
    private volatile AccountSnapshot _current = new(Nothing, live.Current.Portal);

    /// <summary>How it is now.</summary>
    public AccountSnapshot Current => _current;

    /// <summary>Raised after each change, on the thread that made it.</summary>
    public event Action? Changed;

    /// <summary>Reads what is on disk: before anybody is let in.</summary>
    /// <exception cref="AccountsDatabaseException">The file cannot be used.</exception>
    public Task LoadAsync(CancellationToken cancellationToken) => ChangeAsync(_ => Task.CompletedTask, cancellationToken);

    /// <summary>Makes a change on disk, then reads again what is there. Changes come one after the other.</summary>
    /// <param name="change">Carried through once begun, whatever becomes of the caller.</param>
    public async Task<T> ChangeAsync<T>(Func<AccountStore, Task<T>> change, CancellationToken cancellationToken)
    {
        T result;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            result = await change(store);
            _current = new AccountSnapshot(await store.LoadAsync(CancellationToken.None), live.Current.Portal);
        }
        finally
        {
            _turn.Release();
        }

        Changed?.Invoke();
        return result;
    }

    /// <inheritdoc cref="ChangeAsync{T}"/>
    public Task ChangeAsync(Func<AccountStore, Task> change, CancellationToken cancellationToken)
    {
        return ChangeAsync<object?>(
            async store =>
            {
                await change(store);
                return null;
            },
            cancellationToken);
    }

    public void Dispose() => _turn.Dispose();
}
