using Microsoft.Data.Sqlite;
using Orleans.MLOps.Storage.Migrations;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.GrainStorage;

/// <summary>
/// The SQLite file of Orleans' own ADO.NET providers: grain state and reminders. Clustering is not among them; an embedded node uses localhost clustering.
/// </summary>
public sealed class OrleansDatabase : IOrleansDatabase
{
    /// <summary>The provider name to give Orleans. Despite its sound it loads Microsoft.Data.Sqlite.</summary>
    public const string Invariant = "System.Data.SQLite";

    private readonly string _path;
    private readonly TimeProvider _time;

    internal OrleansDatabase(StorageOptions options, TimeProvider time)
    {
        options.Validate();
        _path = Path.GetFullPath(options.OrleansPath);
        _time = time;
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = _path, Pooling = true, DefaultTimeout = 30 }.ConnectionString;
    }

    /// <summary>For the database at its default place below a data folder, outside dependency injection: silo builders need it before services exist.</summary>
    public static OrleansDatabase At(StorageOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new OrleansDatabase(options, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public string Provider => Invariant;

    /// <inheritdoc/>
    public string ConnectionString { get; }

    /// <inheritdoc/>
    public void Prepare() => EnsureCreated();

    /// <summary>
    /// Creates or migrates the file and sees to it that every connection which this process opens on it from now on
    /// commits with synchronous=FULL and waits for locks inside SQLite. Call it before the silo starts; idempotent.
    /// </summary>
    /// <exception cref="FailedPreconditionException">The file comes from a newer program, or connections would not be durable.</exception>
    /// <exception cref="UnavailableException">The file cannot be opened or written.</exception>
    public void EnsureCreated()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        using (var connection = SqliteFile.OpenWriter(_path))
        {
            SqliteMigrator.Migrate(connection, MigrationFiles.Load("OrleansSqlite"), _time, MigrationFiles.Load("OrleansSqlite", "queries.sql"));
            SqliteConnectionDefaults.ApplyTo(connection);
        }

        using var fresh = new SqliteConnection(ConnectionString);
        fresh.Open();
        RequirePragma(fresh, "journal_mode", "wal");
        RequirePragma(fresh, "synchronous", "2");
    }

    private void RequirePragma(SqliteConnection connection, string pragma, string expected)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        var actual = command.ExecuteScalar()?.ToString();
        if (actual != expected)
        {
            throw new FailedPreconditionException($"Connections to {_path} have {pragma}={actual} where {expected} is needed for durable grain state; this SQLite build cannot be used.", pragma);
        }
    }
}
