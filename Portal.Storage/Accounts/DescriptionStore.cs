using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.Accounts;

/// <summary>What people wrote about a repository.</summary>
/// <param name="Text">Markdown; empty when it was taken away.</param>
/// <param name="Version">One more with each change; 0 when nothing was ever written.</param>
/// <param name="ChangedBy">Null for nobody with a name.</param>
public sealed record Description(string Text, long Version, DateTimeOffset? ChangedAt, string? ChangedBy)
{
    /// <summary>Nothing was ever written.</summary>
    public static Description None { get; } = new(string.Empty, 0, null, null);
}

/// <summary>
/// Descriptions in the database of the accounts: of all files the one that is never thrown away or moved aside by itself.
/// The index is rebuilt from storage, which has none of these texts; and the storage's layout stays upstream's.
/// </summary>
public sealed class DescriptionStore(AccountStore accounts)
{
    /// <summary>What was written of a repository, whether that holds anything now or not.</summary>
    public async Task<Description> FindAsync(string repository, CancellationToken cancellationToken)
    {
        await using var context = await accounts.OpenAsync(cancellationToken);
        return await context.Descriptions.AsNoTracking()
            .Where(row => row.Repository == repository)
            .Select(row => new Description(row.Text, row.Version, row.ChangedAt, row.ChangedBy))
            .FirstOrDefaultAsync(cancellationToken) ?? Description.None;
    }

    /// <summary>Puts a description in the place of the one with the version before.</summary>
    /// <returns>False, and nothing is changed, when that is not the version that is there.</returns>
    public async Task<bool> SaveAsync(string repository, Description description, CancellationToken cancellationToken)
    {
        await using var context = await accounts.OpenAsync(cancellationToken);
        var row = await context.Descriptions.FirstOrDefaultAsync(row => row.Repository == repository, cancellationToken);
        if ((row?.Version ?? 0) != description.Version - 1)
        {
            return false;
        }

        row ??= context.Descriptions.Add(new DescriptionEntity { Repository = repository, Text = string.Empty }).Entity;
        row.Text = description.Text;
        row.Version = description.Version;
        row.ChangedAt = description.ChangedAt ?? default;
        row.ChangedBy = description.ChangedBy;
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || IsTaken(exception))
        {
            // Somebody else saved between the look and the writing.
            return false;
        }
    }

    private static bool IsTaken(DbUpdateException exception) =>
        exception.InnerException is Microsoft.Data.Sqlite.SqliteException { SqliteExtendedErrorCode: 1555 or 2067 };
}
