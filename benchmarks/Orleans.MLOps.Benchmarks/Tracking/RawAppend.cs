using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Storage;
using Orleans.MLOps.Storage.Migrations;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Benchmarks.Tracking;

/// <summary>What logging costs at least: a row by group commit, durable when the call returns, without a server.</summary>
internal static class RawAppend
{
    private const string Create = "CREATE TABLE appended (run_id text NOT NULL, key text NOT NULL, step bigint NOT NULL, timestamp_us bigint NOT NULL, value double precision)";
    private const string Insert = "INSERT INTO appended (run_id, key, step, timestamp_us, value) VALUES ($1, $2, $3, $4, $5)";

    public static async Task<TrackingRow> RunAsync(string folder, TimedLoad load, int callers, TimeSpan duration)
    {
        await using var tables = SqliteTables.Open(
            new StorageOptions { DataFolder = folder }, [new Migration(1, "raw", Create)], TimeProvider.System, NullLogger<SqliteTables>.Instance, static _ => { });
        var step = 0L;
        return await load.RunAsync(
            null, "row of a metric by group commit (ITables), in process", callers, duration,
            _ => tables.WriteAsync(new TableWrite().Add(Insert, "0123456789abcdef0123456789abcdef", "loss", Interlocked.Increment(ref step), 1L, 0.5)));
    }
}
