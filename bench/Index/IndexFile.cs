using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Storage.Metadata;

namespace Portal.Bench.Index;

/// <summary>The index in a file, opened as the portal opens it.</summary>
public sealed class IndexFile : IDbContextFactory<PortalDbContext>
{
    private readonly DbContextOptions<PortalDbContext> _options;

    public IndexFile(string path)
    {
        var options = new DbContextOptionsBuilder<PortalDbContext>();
        PortalDatabase.Configure(options, path);
        _options = options.Options;
    }

    public PortalDbContext CreateDbContext() => new(_options);

    public Task MigrateAsync()
    {
        return new PortalDatabase(this, TimeProvider.System, NullLogger<PortalDatabase>.Instance).MigrateAsync(CancellationToken.None);
    }
}
