using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Storage.Postgres;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Benchmarks.Cluster;

/// <summary>Rows a second into a table of metric points, each durable when its call returns: group commit between one-row autocommit and raw COPY.</summary>
internal static class PostgresCommits
{
    public const string Group = "group commit (ITables), a row a call";
    public const string Autocommit = "autocommit, a row a call, a connection a caller";
    public const string Copy = "binary COPY, 10,000 rows a call, one connection";

    private const int CopyRows = 10_000;
    private const int MostConnections = 64;
    private const string Insert = "INSERT INTO points (run_id, key, step, timestamp_us, value) VALUES ($1, $2, $3, $4, $5)";

    public static async Task<List<Measurement>> RunAsync(PostgresServer postgres, LoadGenerator load, int[] callers)
    {
        await postgres.CreateDatabaseAsync("commits");
        var connectionString = postgres.ConnectionString("commits");
        await using var source = new PostgresSource($"{connectionString};Maximum Pool Size={MostConnections}");
        await using (var create = source.DataSource.CreateCommand(
            "CREATE TABLE points (run_id text NOT NULL, key text NOT NULL, step bigint NOT NULL, timestamp_us bigint NOT NULL, value double precision NOT NULL)"))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var tables = new PostgresTables(source, 8192, NullLogger<PostgresTables>.Instance);
        var step = 0L;
        var measured = new List<Measurement> { await load.RunAsync(Copy, 1, _ => CopyAsync(source.DataSource), CopyRows) };
        foreach (var count in callers)
        {
            if (count <= MostConnections)
            {
                measured.Add(await load.RunAsync(Autocommit, count, async _ =>
                {
                    await using var command = source.DataSource.CreateCommand(Insert);
                    foreach (var value in new object[] { "run", "loss", Interlocked.Increment(ref step), 1L, 0.5 })
                    {
                        command.Parameters.Add(new NpgsqlParameter { Value = value });
                    }

                    await command.ExecuteNonQueryAsync();
                }));
            }

            measured.Add(await load.RunAsync(Group, count, _ => tables.WriteAsync(
                new TableWrite().Add(Insert, "run", "loss", Interlocked.Increment(ref step), 1L, 0.5))));
        }

        return measured;
    }

    private static async Task CopyAsync(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var writer = await connection.BeginBinaryImportAsync("COPY points (run_id, key, step, timestamp_us, value) FROM STDIN (FORMAT BINARY)");
        for (var row = 0; row < CopyRows; row++)
        {
            await writer.StartRowAsync();
            await writer.WriteAsync("run", NpgsqlDbType.Text);
            await writer.WriteAsync("loss", NpgsqlDbType.Text);
            await writer.WriteAsync((long)row, NpgsqlDbType.Bigint);
            await writer.WriteAsync(1L, NpgsqlDbType.Bigint);
            await writer.WriteAsync(0.5, NpgsqlDbType.Double);
        }

        await writer.CompleteAsync();
    }
}
