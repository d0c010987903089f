using Portal.Registry.Configuration;
using Portal.Storage.Reasons;

namespace Portal.Registry.Health;

/// <summary>An entry of <c>health.file</c>: well as long as the file is not there. Making it takes a server out of service.</summary>
public sealed class FileProbe(FileCheckConfiguration check) : HealthProbe("file", check.File, check.Pace, Patience)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override Task<Reason?> FindFaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Unlike File.Exists it tells a file that is not there from one that cannot be looked for.
            File.GetAttributes(check.File);
            return Task.FromResult<Reason?>(new Reason(HealthFault.FileExists, $"file exists"));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Reason?>(null);
        }
    }
}
