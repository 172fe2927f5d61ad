using Microsoft.Data.Sqlite;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Migrations;

/// <summary>Brings a SQLite file to the newest schema, all steps in one transaction that holds the file's write lock.</summary>
internal static class SqliteMigrator
{
    public static void Migrate(SqliteConnection connection, IReadOnlyList<Migration> migrations, TimeProvider time, string? always = null)
    {
        var step = "reading the schema version";
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            SqliteFile.Execute(connection, "CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, name text NOT NULL, applied_us bigint NOT NULL)");
            var version = Version(connection);
            if (version > migrations.Count)
            {
                throw new FailedPreconditionException(
                    $"The database {connection.DataSource} has schema version {version}, this program knows versions up to {migrations.Count}; start the newer program, or restore a backup made before it ran.",
                    "schema_version");
            }

            foreach (var migration in migrations.Skip(version))
            {
                step = $"running migration {migration.Name}";
                SqliteFile.Execute(connection, migration.Sql);
                Record(connection, migration, time);
            }

            if (always is not null)
            {
                step = "refreshing stored queries";
                SqliteFile.Execute(connection, always);
            }

            transaction.Commit();
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.ToPlatform(error, $"{connection.DataSource}, {step}");
        }
    }

    private static int Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(version), 0) FROM schema_version";
        return (int)(long)command.ExecuteScalar()!;
    }

    private static void Record(SqliteConnection connection, Migration migration, TimeProvider time)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO schema_version (version, name, applied_us) VALUES ($1, $2, $3)";
        command.Parameters.AddWithValue("$1", migration.Version);
        command.Parameters.AddWithValue("$2", migration.Name);
        command.Parameters.AddWithValue("$3", TableValue.ToMicroseconds(time.GetUtcNow()));
        command.ExecuteNonQuery();
    }
}
