namespace Portal.Web.Components;

/// <summary>Progress that is told at once, on the thread that makes it: <see cref="Progress{T}"/> may tell the last step after the end.</summary>
internal sealed class Reported<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
