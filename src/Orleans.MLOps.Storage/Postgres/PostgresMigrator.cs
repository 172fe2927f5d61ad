using System.Globalization;
using Npgsql;
using Orleans.MLOps.Storage.Migrations;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Postgres;

/// <summary>Brings a PostgreSQL schema to the newest version, all steps in one transaction under an advisory lock. Silos only check it.</summary>
internal static class PostgresMigrator
{
    private const long AdvisoryLock = 0x4D4C_4F50_5331;

    private static readonly (string Engine, string Versions)[] Schemas = [("Postgres", "schema_version"), ("OrleansPostgres", "orleans_schema_version")];

    /// <summary>Creates or upgrades both schemas. Idempotent.</summary>
    /// <returns>The migrations that were run.</returns>
    /// <exception cref="FailedPreconditionException">A newer program wrote the database.</exception>
    /// <exception cref="UnavailableException">The database cannot be reached.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(PostgresSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        var step = "connecting";
        try
        {
            await using var connection = await source.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            step = "waiting for another migration";
            await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({AdvisoryLock})"), cancellationToken).ConfigureAwait(false);
            foreach (var (engine, versions) in Schemas)
            {
                step = $"reading {versions}";
                await ExecuteAsync(connection, $"CREATE TABLE IF NOT EXISTS {versions} (version int PRIMARY KEY, name text NOT NULL, applied_us bigint NOT NULL)", cancellationToken).ConfigureAwait(false);
                var migrations = MigrationFiles.Load(engine);
                var version = await VersionAsync(connection, versions, cancellationToken).ConfigureAwait(false);
                RefuseNewer(connection, engine, version, migrations.Count);
                foreach (var migration in migrations.Skip(version))
                {
                    step = $"running migration {engine} {migration.Name}";
                    await ExecuteAsync(connection, migration.Sql, cancellationToken).ConfigureAwait(false);
                    await RecordAsync(connection, versions, migration, time, cancellationToken).ConfigureAwait(false);
                    done.Add($"{engine} {migration.Name}");
                }
            }

            step = "refreshing stored queries";
            await ExecuteAsync(connection, MigrationFiles.Load("OrleansPostgres", "queries.sql"), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return done;
        }
        catch (NpgsqlException error)
        {
            throw PostgresErrors.ToPlatform(error, step);
        }
    }

    /// <summary>Checks that both schemas are the ones this program knows; needs no right but to read.</summary>
    /// <exception cref="FailedPreconditionException">They are missing, older or newer; the message says what to do.</exception>
    public static async Task RequireCurrentAsync(PostgresSource source, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            foreach (var (engine, versions) in Schemas)
            {
                var known = MigrationFiles.Load(engine).Count;
                var version = await ExistsAsync(connection, versions, cancellationToken).ConfigureAwait(false)
                    ? await VersionAsync(connection, versions, cancellationToken).ConfigureAwait(false)
                    : 0;
                RefuseNewer(connection, engine, version, known);
                if (version < known)
                {
                    throw new FailedPreconditionException(
                        $"Database {connection.Database} on {connection.Host} has version {version} of schema {engine}, this program needs {known}; run its migrate command with a user who may change the schema.",
                        "schema_version");
                }
            }
        }
        catch (NpgsqlException error)
        {
            throw PostgresErrors.ToPlatform(error, "checking the schema");
        }
    }

    private static void RefuseNewer(NpgsqlConnection connection, string engine, int version, int known)
    {
        if (version > known)
        {
            throw new FailedPreconditionException(
                $"Database {connection.Database} on {connection.Host} has version {version} of schema {engine}, this program knows versions up to {known}; start the newer program, or restore a backup made before it ran.",
                "schema_version");
        }
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = table } } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, string versions, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT coalesce(max(version), 0) FROM {versions}", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static async Task RecordAsync(NpgsqlConnection connection, string versions, Migration migration, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"INSERT INTO {versions} (version, name, applied_us) VALUES ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = migration.Version }, new() { Value = migration.Name }, new() { Value = TableValue.ToMicroseconds(time.GetUtcNow()) } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
