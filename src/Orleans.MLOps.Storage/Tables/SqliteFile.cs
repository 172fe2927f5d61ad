using Microsoft.Data.Sqlite;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>Opens connections with the settings that durability rests on.</summary>
internal static class SqliteFile
{
    private const int BusyTimeoutMilliseconds = 10_000;

    // The driver retries a busy statement on its own for so long; SQLite itself has waited by then.
    private const int DriverTimeoutSeconds = 1;

    public static SqliteConnection OpenWriter(string path) =>
        Open(path, SqliteOpenMode.ReadWriteCreate, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");

    public static SqliteConnection OpenReader(string path) => Open(path, SqliteOpenMode.ReadOnly, "PRAGMA query_only=ON; PRAGMA cache_size=-16384");

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode, string settings)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = DriverTimeoutSeconds }.ConnectionString);
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout={BusyTimeoutMilliseconds}; {settings}");
            return connection;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw SqliteErrors.ToPlatform(error, $"opening {path}");
        }
    }
}
