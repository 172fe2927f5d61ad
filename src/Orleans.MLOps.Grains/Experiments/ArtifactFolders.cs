using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>
/// Lists what stands directly in a folder. Each step of the query looks up the first path after the last child, so its cost is that of the
/// children, whatever lies below them. All files below one are a walk of the index.
/// </summary>
internal static class ArtifactFolders
{
    /// <param name="tables">The tables.</param>
    /// <param name="owner">Whose files.</param>
    /// <param name="prefix">The folder with a slash at its end; "" is the root.</param>
    /// <param name="cancellationToken">Interrupts the query.</param>
    public static async Task<ArtifactFolder> ReadAsync(ITables tables, string owner, string prefix, CancellationToken cancellationToken)
    {
        var page = Sort(
            await tables.QueryAsync(Children(tables.Engine, prefix), ArtifactTables.Read, cancellationToken, [owner, prefix, int.MaxValue, prefix, .. End(prefix)]), prefix);
        return new() { Files = page.Files, Folders = page.Folders };
    }

    /// <summary>One page of them, or of all files below the folder.</summary>
    public static async Task<ArtifactPage> ReadPageAsync(ITables tables, ArtifactQuery query, string prefix, CancellationToken cancellationToken)
    {
        var from = ArtifactPageToken.Read(query.PageToken, prefix);
        var meter = new PageMeter();
        var entries = new List<ArtifactInfo>();
        var ended = false;
        await tables.QueryAsync(
            query.Recursive ? Below(prefix) : Children(tables.Engine, prefix),
            row =>
            {
                var file = ArtifactTables.Read(row);
                if (!ended && entries.Count < query.Limit && meter.TryAdd(PageBytes.Of(file)))
                {
                    entries.Add(file);
                }
                else
                {
                    ended = true;
                }

                return ended;
            },
            cancellationToken,
            query.Recursive ? [query.Owner, from, query.Limit + 1, .. End(prefix)] : [query.Owner, from, query.Limit + 1, prefix, .. End(prefix)]);
        var page = query.Recursive ? new() { Files = [.. entries] } : Sort(entries, prefix);
        return ended ? page with { NextPageToken = ArtifactPageToken.Write(After(entries[^1].Path, query.Recursive ? null : prefix)) } : page;
    }

    // Of a folder the query finds the first file below it.
    private static string? Folder(string path, string prefix) => path.IndexOf('/', prefix.Length) is > 0 and var end ? path[..end] : null;

    private static string After(string path, string? prefix) => prefix is not null && Folder(path, prefix) is { } folder
        ? ArtifactPageToken.AfterFolder(folder)
        : ArtifactPageToken.AfterFile(path);

    private static ArtifactPage Sort(IReadOnlyList<ArtifactInfo> children, string prefix)
    {
        var (files, folders) = (new List<ArtifactInfo>(), new List<string>());
        foreach (var child in children)
        {
            if (Folder(child.Path, prefix) is { } folder)
            {
                folders.Add(folder);
            }
            else
            {
                files.Add(child);
            }
        }

        return new() { Files = [.. files], Folders = [.. folders] };
    }

    private static object?[] End(string prefix) => prefix.Length == 0 ? [] : [ArtifactTables.End(prefix)];

    private static string In(string prefix, string end) => $"f.owner = $1{(prefix.Length == 0 ? "" : $" AND f.path < {end}")}";

    private static string Below(string prefix) =>
        $"SELECT f.path, f.digest, f.length, f.created_us FROM artifact_files f WHERE {In(prefix, "$4")} AND f.path >= $2 ORDER BY f.path LIMIT $3";

    // The first path after a file is at or behind itself and a space, after a folder at or behind itself and '0' (ArtifactPageToken).
    // CROSS JOIN keeps SQLite from walking all files to get them in order.
    private static string Children(TablesEngine engine, string prefix)
    {
        var rest = "substr(c.path, length($4) + 1)";
        var slash = engine == TablesEngine.Sqlite ? $"instr({rest}, '/')" : $"strpos({rest}, '/')";
        return $"""
            WITH RECURSIVE children (path, n) AS (
              SELECT (SELECT f.path FROM artifact_files f WHERE {In(prefix, "$5")} AND f.path >= $2 ORDER BY f.path LIMIT 1), 1
              UNION ALL
              SELECT (SELECT f.path FROM artifact_files f WHERE {In(prefix, "$5")}
                AND f.path >= CASE WHEN {slash} = 0 THEN c.path || ' ' ELSE substr(c.path, 1, length($4) + {slash} - 1) || '0' END
                ORDER BY f.path LIMIT 1), c.n + 1
              FROM children c WHERE c.path IS NOT NULL AND c.n < $3
            )
            SELECT f.path, f.digest, f.length, f.created_us FROM children c CROSS JOIN artifact_files f
            WHERE f.owner = $1 AND f.path = c.path ORDER BY c.path
            """;
    }
}
