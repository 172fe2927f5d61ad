using Npgsql;

namespace Orleans.MLOps.Storage.Postgres;

/// <summary>
/// The bounded connection pool of one silo. Every session commits synchronously, ends a transaction that a stopped process left open before
/// the process can be declared dead, so that nothing of it is committed afterwards, and gives up waiting for a lock before a caller does.
/// </summary>
internal sealed class PostgresSource : IDisposable, IAsyncDisposable
{
    private const string SessionSettings =
        "-c synchronous_commit=on -c idle_in_transaction_session_timeout=1500 -c lock_timeout=10000 -c client_min_messages=warning";

    /// <exception cref="InvalidInputException">The text is no connection string of PostgreSQL.</exception>
    public PostgresSource(string connectionString)
    {
        ConnectionString = Complete(connectionString);
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    /// <summary>What was given, completed with bounds where it sets none.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>Completes a connection string: pool, time-outs, keep-alive and the session settings that durability rests on.</summary>
    /// <exception cref="InvalidInputException">The text is no connection string; the message does not repeat it, because it may hold a password.</exception>
    public static string Complete(string connectionString)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new InvalidInputException($"The PostgreSQL connection string cannot be read: {error.Message}", "Postgres");
        }

        if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
        {
            throw new InvalidInputException("The PostgreSQL connection string names no Host or no Database; give both, such as Host=db;Database=mlops;Username=mlops.", "Postgres");
        }

        var given = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString };
        Default("Maximum Pool Size", () => builder.MaxPoolSize = 16);
        Default("Timeout", () => builder.Timeout = 3);
        Default("Command Timeout", () => builder.CommandTimeout = 10);
        Default("Cancellation Timeout", () => builder.CancellationTimeout = 2000);
        Default("Keepalive", () => builder.KeepAlive = 5);
        Default("Application Name", () => builder.ApplicationName = "orleans-mlops");
        Default("Max Auto Prepare", () => builder.MaxAutoPrepare = 256);
        builder.Options = string.IsNullOrEmpty(builder.Options) ? SessionSettings : $"{builder.Options} {SessionSettings}";
        return builder.ConnectionString;

        void Default(string key, Action set)
        {
            if (!given.ContainsKey(key))
            {
                set();
            }
        }
    }

    public void Dispose() => DataSource.Dispose();

    public ValueTask DisposeAsync() => DataSource.DisposeAsync();
}
