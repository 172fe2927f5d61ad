using System.Data.Common;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Governance;

/// <summary>
/// The listing of all entities. A grain writes its entry after its own state and before it answers, so whatever was
/// acknowledged is listed; repeating the command repairs an entry that a crash kept from being written.
/// </summary>
internal sealed class CatalogTable(ITables tables)
{
    private const string Columns = "kind, key, project, name, status, created_us, updated_us, parent, json";

    public static TableWrite Upsert(TableWrite write, CatalogEntry entry) => write.Add(
        """
        INSERT INTO catalog (kind, key, project, name, status, created_us, updated_us, parent, json)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (kind, key) DO UPDATE SET status = excluded.status, updated_us = excluded.updated_us,
          parent = excluded.parent, json = excluded.json
        """,
        entry.Kind, entry.Key, entry.Project, entry.Name, entry.Status ?? "", entry.CreatedAt, entry.UpdatedAt, entry.Parent, entry.Json);

    public Task UpsertAsync(CatalogEntry entry, CancellationToken cancellationToken = default) =>
        tables.WriteAsync(Upsert(new TableWrite(), entry), cancellationToken);

    /// <summary>Adds entries together; those that are there already stay as they are.</summary>
    public Task TryAddAsync(IReadOnlyList<CatalogEntry> entries, CancellationToken cancellationToken = default)
    {
        var write = new TableWrite();
        foreach (var entry in entries)
        {
            write.Add(
                """
                INSERT INTO catalog (kind, key, project, name, status, created_us, updated_us, parent, json)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (kind, key) DO NOTHING
                """,
                entry.Kind, entry.Key, entry.Project, entry.Name, entry.Status ?? "", entry.CreatedAt, entry.UpdatedAt, entry.Parent, entry.Json);
        }

        return tables.WriteAsync(write, cancellationToken);
    }

    /// <summary>Takes an entity off the list; nothing happens when it is not there.</summary>
    public Task DeleteAsync(string kind, string key, CancellationToken cancellationToken = default) =>
        tables.WriteAsync(new TableWrite().Add("DELETE FROM catalog WHERE kind = $1 AND key = $2", kind, key), cancellationToken);

    /// <summary>All entries of a kind and status, oldest first; for recovery, not for people.</summary>
    public Task<IReadOnlyList<CatalogEntry>> ListByStatusAsync(string kind, string status, string? parent, CancellationToken cancellationToken) =>
        tables.QueryAsync(
            $"SELECT {Columns} FROM catalog WHERE kind = $1 AND status = $2 AND (CAST($3 AS text) IS NULL OR parent = $3) ORDER BY created_us, key",
            Read,
            cancellationToken,
            kind, status, parent);

    /// <summary>All entries of a kind below a parent, by key.</summary>
    public Task<IReadOnlyList<CatalogEntry>> ListChildrenAsync(string kind, string parent, CancellationToken cancellationToken) =>
        tables.QueryAsync($"SELECT {Columns} FROM catalog WHERE kind = $1 AND parent = $2 ORDER BY key", Read, cancellationToken, kind, parent);

    public async Task<CatalogEntry?> FindAsync(string kind, string key, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync($"SELECT {Columns} FROM catalog WHERE kind = $1 AND key = $2", Read, cancellationToken, kind, key);
        return rows.Count == 0 ? null : rows[0];
    }

    public async Task<CatalogPage> ListAsync(CatalogQuery query, CancellationToken cancellationToken)
    {
        var (beforeUs, beforeKey) = CatalogPageToken.Read(query.PageToken);
        var rows = await tables.QueryAsync(
            $"""
            SELECT {Columns} FROM catalog
            WHERE kind = $1 AND (CAST($2 AS text) IS NULL OR project = $2) AND (CAST($3 AS text) IS NULL OR name = $3) AND (CAST($4 AS text) IS NULL OR status = $4)
              AND (CAST($5 AS text) IS NULL OR parent = $5) AND (created_us < $6 OR (created_us = $6 AND key < $7))
            ORDER BY created_us DESC, key DESC LIMIT $8
            """,
            Read,
            cancellationToken,
            query.Kind, query.Project, query.Name, query.Status, query.Parent, beforeUs, beforeKey, query.Limit + 1);
        var entries = rows.Take(query.Limit).ToArray();
        return new CatalogPage
        {
            Entries = entries,
            NextPageToken = rows.Count > query.Limit ? CatalogPageToken.Write(entries[^1]) : null,
        };
    }

    private static CatalogEntry Read(DbDataReader row)
    {
        var status = row.GetString(4);
        return new CatalogEntry
        {
            Kind = row.GetString(0),
            Key = row.GetString(1),
            Project = row.GetString(2),
            Name = row.GetString(3),
            Status = status.Length == 0 ? null : status,
            CreatedAt = row.GetTime(5),
            UpdatedAt = row.GetTime(6),
            Parent = row.GetNullableString(7),
            Json = row.GetString(8),
        };
    }
}
