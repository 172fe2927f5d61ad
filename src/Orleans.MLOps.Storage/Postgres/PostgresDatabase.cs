using Orleans.MLOps.Storage.GrainStorage;

namespace Orleans.MLOps.Storage.Postgres;

/// <summary>A cluster's database, for Orleans' providers and for the command that migrates it.</summary>
public sealed class PostgresDatabase : IOrleansDatabase, IAsyncDisposable, IDisposable
{
    /// <summary>The provider name to give Orleans.</summary>
    public const string Invariant = "Npgsql";

    private readonly PostgresSource _source;

    /// <summary>Nothing is opened yet.</summary>
    /// <param name="connectionString">Npgsql's; pool and time-outs are bounded where it does not say otherwise.</param>
    /// <exception cref="InvalidInputException">It is no connection string.</exception>
    public PostgresDatabase(string connectionString)
        : this(new PostgresSource(connectionString))
    {
    }

    internal PostgresDatabase(PostgresSource source) => _source = source;

    /// <inheritdoc/>
    public string Provider => Invariant;

    /// <inheritdoc/>
    public string ConnectionString => _source.ConnectionString;

    /// <summary>Checks the schema; silos need no right to change it.</summary>
    public void Prepare() => Task.Run(() => PostgresMigrator.RequireCurrentAsync(_source, CancellationToken.None)).GetAwaiter().GetResult();

    /// <summary>Creates the schema or brings it to the version of this program, all or nothing, one migration at a time whoever asks. Idempotent.</summary>
    /// <returns>The steps that were run; none when it was current.</returns>
    /// <exception cref="FailedPreconditionException">A newer program wrote the database.</exception>
    /// <exception cref="InvalidInputException">The user may not change the schema.</exception>
    /// <exception cref="UnavailableException">The database cannot be reached.</exception>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken = default) =>
        PostgresMigrator.MigrateAsync(_source, TimeProvider.System, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
