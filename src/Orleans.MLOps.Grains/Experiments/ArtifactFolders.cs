using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>
/// Lists what stands directly in a folder. Each step of the query looks up the first path after the last child, so its cost is that of the
/// children, whatever lies below them.
/// </summary>
internal static class ArtifactFolders
{
    /// <param name="tables">The tables.</param>
    /// <param name="owner">Whose files.</param>
    /// <param name="prefix">The folder with a slash at its end; "" is the root.</param>
    /// <param name="cancellationToken">Interrupts the query.</param>
    public static async Task<ArtifactFolder> ReadAsync(ITables tables, string owner, string prefix, CancellationToken cancellationToken)
    {
        var children = await tables.QueryAsync(
            Sql(tables.Engine, isRoot: prefix.Length == 0), ArtifactTables.Read, cancellationToken,
            prefix.Length == 0 ? [owner, prefix] : [owner, prefix, ArtifactTables.End(prefix)]);
        var (files, folders) = (new List<ArtifactInfo>(), new List<string>());
        foreach (var child in children)
        {
            // Of a folder the query finds the first file below it.
            if (child.Path.IndexOf('/', prefix.Length) is > 0 and var end)
            {
                folders.Add(child.Path[..end]);
            }
            else
            {
                files.Add(child);
            }
        }

        return new() { Files = [.. files], Folders = [.. folders] };
    }

    // Nothing that a path may hold sorts before a space, so the first path after a file is at or behind itself and a space; '0' follows '/'.
    // CROSS JOIN keeps SQLite from walking all files to get them in order.
    private static string Sql(TablesEngine engine, bool isRoot)
    {
        var rest = "substr(c.path, length($2) + 1)";
        var slash = engine == TablesEngine.Sqlite ? $"instr({rest}, '/')" : $"strpos({rest}, '/')";
        var below = $"f.owner = $1{(isRoot ? "" : " AND f.path < $3")}";
        return $"""
            WITH RECURSIVE children (path) AS (
              SELECT (SELECT f.path FROM artifact_files f WHERE {below} AND f.path >= $2 ORDER BY f.path LIMIT 1)
              UNION ALL
              SELECT (SELECT f.path FROM artifact_files f WHERE {below}
                AND f.path >= CASE WHEN {slash} = 0 THEN c.path || ' ' ELSE substr(c.path, 1, length($2) + {slash} - 1) || '0' END
                ORDER BY f.path LIMIT 1)
              FROM children c WHERE c.path IS NOT NULL
            )
            SELECT f.path, f.digest, f.length, f.created_us FROM children c CROSS JOIN artifact_files f
            WHERE f.owner = $1 AND f.path = c.path ORDER BY c.path
            """;
    }
}
