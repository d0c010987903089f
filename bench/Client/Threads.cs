using System.Runtime.ExceptionServices;

namespace Portal.Bench;

public static class Threads
{
    /// <summary>Runs something for as long as the process lasts.</summary>
    public static void Begin(Action action) => new Thread(() => action()) { IsBackground = true }.Start();

    /// <summary>Runs the same thing on threads of their own and waits for all; throws what the first one threw.</summary>
    public static void Run(int count, Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var threads = Enumerable.Range(0, count).Select(_ => new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        failure?.Throw();
    }
}
