using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Activity;
using Portal.Registry;
using Portal.Registry.Configuration;
using Portal.Registry.Maintenance;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Layout;
using Portal.Storage.Maintenance;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Maintenance;

public sealed class UploadPurgerTests : IDisposable
{
    private static readonly RepositoryName Name = RepositoryName.Parse("team/deep/app");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryDriver _driver;
    private readonly LocalRegistry _registry;
    private readonly UploadPurger _purger;

    public UploadPurgerTests()
    {
        _driver = new InMemoryDriver(_time);
        _registry = new LocalRegistry(_driver, _time);
        _purger = new UploadPurger(_driver, _registry.Uploads);
    }

    public void Dispose()
    {
        _registry.Dispose();
    }

    [Fact]
    public async Task Purge_RemovesWhatNobodyTouched_AndNothingElse()
    {
        var old = await StartAsync(Name);
        var other = await StartAsync(RepositoryName.Parse("another"));
        var gone = await StartAsync(Name);
        _time.Advance(TimeSpan.FromHours(2));
        await AppendAsync(other, RepositoryName.Parse("another"));
        var young = await StartAsync(Name);

        var purged = await _purger.PurgeAsync(_time.GetUtcNow() - TimeSpan.FromHours(1), isDryRun: false, CancellationToken.None).ToListAsync();

        Assert.Equal(new[] { old, gone }.Order(), purged.Select(upload => upload.Id).Order());
        Assert.All(purged, upload => Assert.Equal((Name, 5), (upload.Repository, upload.Bytes)));
        Assert.False(await ExistsAsync(Name, old));
        Assert.True(await ExistsAsync(Name, young));
        Assert.True(await ExistsAsync(RepositoryName.Parse("another"), other));
    }

    [Fact]
    public async Task Purge_DryRun_TellsAndKeeps()
    {
        var old = await StartAsync(Name);
        _time.Advance(TimeSpan.FromHours(2));

        var purged = await _purger.PurgeAsync(_time.GetUtcNow(), isDryRun: true, CancellationToken.None).ToListAsync();

        Assert.Equal([old], purged.Select(upload => upload.Id));
        Assert.True(await ExistsAsync(Name, old));
    }

    [Fact]
    public async Task Purge_UploadThatARequestHas_IsKept()
    {
        var id = await StartAsync(Name);
        _time.Advance(TimeSpan.FromHours(2));
        await using var session = await _registry.Uploads.OpenAsync(Name, id, CancellationToken.None);

        Assert.Empty(await _purger.PurgeAsync(_time.GetUtcNow(), isDryRun: false, CancellationToken.None).ToListAsync());

        Assert.True(await ExistsAsync(Name, id));
    }

    [Fact]
    public async Task Purge_WhatAnotherRegistryLeftHalf_IsRemoved()
    {
        var id = Guid.NewGuid();
        await _driver.PutAsync(RegistryPaths.UploadData(Name, id), "rest"u8.ToArray(), CancellationToken.None);
        _time.Advance(TimeSpan.FromHours(2));

        Assert.Single(await _purger.PurgeAsync(_time.GetUtcNow(), isDryRun: false, CancellationToken.None).ToListAsync());

        Assert.Null(await _driver.StatAsync(RegistryPaths.UploadData(Name, id), CancellationToken.None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Service_RunsSoonAfterTheStart_ButNotWhileReadOnly(bool isReadOnly)
    {
        var old = await StartAsync(Name);
        _time.Advance(TimeSpan.FromHours(200));
        var policy = new RegistryPolicy(
            new LiveConfiguration(new RegistryConfiguration { Storage = new StorageConfiguration { ReadOnly = isReadOnly } }),
            new ManifestRules(new ValidationConfiguration(), []));
        using var service = new UploadPurging(_purger, new UploadPurgingConfiguration(), policy, new ActivityLog(_time), _time, NullLogger<UploadPurging>.Instance);
        await service.StartAsync(CancellationToken.None);
        using var deadline = new CancellationTokenSource(Patience.Deadline);

        if (isReadOnly)
        {
            await service.PurgeAsync(deadline.Token);
        }
        else
        {
            while (await ExistsAsync(Name, old))
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                await Task.Delay(1, deadline.Token);
            }
        }

        Assert.Equal(isReadOnly, await ExistsAsync(Name, old));
        await service.StopAsync(CancellationToken.None);
    }

    private async Task<Guid> StartAsync(RepositoryName name)
    {
        Guid id;
        await using (var session = await _registry.Uploads.StartAsync(name, CancellationToken.None))
        {
            id = session.Id;
        }

        await AppendAsync(id, name);
        return id;
    }

    private async Task AppendAsync(Guid id, RepositoryName name)
    {
        await using var writer = await _driver.OpenWriteAsync(RegistryPaths.UploadData(name, id), append: true, CancellationToken.None);
        await writer.WriteAsync(new System.Buffers.ReadOnlySequence<byte>("bytes"u8.ToArray()), CancellationToken.None);
    }

    private async Task<bool> ExistsAsync(RepositoryName name, Guid id) =>
        await _driver.StatAsync(RegistryPaths.UploadStartedAt(name, id), CancellationToken.None) is not null;
}
