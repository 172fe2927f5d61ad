using System.Text;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>
/// Patterns with % and _, which nothing escapes. LIKE heeds case and ILIKE does not heed that of A to Z; SQLite's own LIKE is what PostgreSQL
/// calls ILIKE, and its GLOB is a LIKE of other characters.
/// </summary>
internal static class LikePattern
{
    public static string Sql(SqlText sql, string value, string pattern, bool ignoreCase) => (sql.Engine, ignoreCase) switch
    {
        (TablesEngine.Sqlite, true) => $"{value} LIKE {sql.Bind(pattern)}",
        (TablesEngine.Sqlite, false) => $"{value} GLOB {sql.Bind(ToGlob(pattern))}",
        (_, true) => $"{value} ILIKE {sql.Bind(pattern)} ESCAPE ''",
        (_, false) => $"{value} LIKE {sql.Bind(pattern)} ESCAPE ''",
    };

    internal static string ToGlob(string pattern)
    {
        var glob = new StringBuilder(pattern.Length + 8);
        foreach (var c in pattern)
        {
            _ = c switch
            {
                '%' => glob.Append('*'),
                '_' => glob.Append('?'),
                '*' or '?' or '[' => glob.Append('[').Append(c).Append(']'),
                _ => glob.Append(c),
            };
        }

        return glob.ToString();
    }
}
