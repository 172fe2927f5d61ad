using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Storage.Migrations;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Migrations;

public sealed class ShippedSchemaTests : IDisposable
{
    private const string Series = "INSERT INTO metric_series (run_id, key) VALUES ($1, 'loss') ON CONFLICT DO NOTHING";
    private const string Point = "INSERT INTO metric_points (series, step, timestamp_us, value, is_number) SELECT series, $2, $3, COALESCE($4, 0.0), 1 - $5 FROM metric_series WHERE run_id = $1";

    private const string Latest = """
        INSERT INTO latest_metrics (run_id, key, step, timestamp_us, value, is_nan) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (run_id, key) DO UPDATE
        SET step = excluded.step, timestamp_us = excluded.timestamp_us, value = excluded.value, is_nan = excluded.is_nan
        WHERE (excluded.step, excluded.timestamp_us) >= (latest_metrics.step, latest_metrics.timestamp_us)
        """;

    private static readonly string RunId = new('a', 32);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_SpecialValuesAndLatest_Survive()
    {
        await using var tables = await OpenWithRunAsync();
        (long Step, long Time, double? Value)[] points = [(2, 10, double.PositiveInfinity), (1, 99, double.NegativeInfinity), (3, 5, null), (3, 4, 0.25)];
        foreach (var (step, time, value) in points)
        {
            object?[] row = [RunId, "loss", step, time, value, value is null];
            await tables.WriteAsync(new TableWrite().Add(Series, RunId).Add(Point, RunId, step, time, value, value is null).Add(Latest, row), Token);
        }

        var stored = await tables.QueryAsync("SELECT value, is_number FROM metric_points ORDER BY sequence", r => r.GetBoolean(1) ? r.GetDouble(0) : double.NaN, Token);
        Assert.Equal([double.PositiveInfinity, double.NegativeInfinity, double.NaN, 0.25], stored);
        var latest = await tables.QueryAsync("SELECT step, timestamp_us, is_nan FROM latest_metrics", r => (r.GetInt64(0), r.GetInt64(1), r.GetBoolean(2)), Token);
        Assert.Equal([(3L, 5L, true)], latest);
    }

    [Fact]
    public async Task Params_WrittenTwice_AreRefused()
    {
        await using var tables = await OpenWithRunAsync();
        var write = new TableWrite().Add("INSERT INTO params (run_id, key, value) VALUES ($1, 'lr', '0.1')", RunId);
        await tables.WriteAsync(write, Token);
        await Assert.ThrowsAsync<AlreadyExistsException>(() => tables.WriteAsync(write, Token));
        await Assert.ThrowsAsync<FailedPreconditionException>(() =>
            tables.WriteAsync(new TableWrite().Add("INSERT INTO params (run_id, key, value) VALUES ('nobody', 'lr', '0.1')"), Token));
    }

    [Fact]
    public async Task ExperimentsCatalogOperations_TakeTheirRows()
    {
        await using var tables = await OpenWithRunAsync();
        await Assert.ThrowsAsync<AlreadyExistsException>(() => tables.WriteAsync(Experiment(), Token));
        await tables.WriteAsync(
            new TableWrite()
                .Add("INSERT INTO catalog (kind, key, project, name, status, created_us, updated_us, json) VALUES ('dataset', 'dataset/default/iris', 'default', 'iris', 'active', $1, $1, '{}')", DateTimeOffset.UnixEpoch)
                .Add("INSERT INTO operations (op_id, kind, key, result_json, created_us) VALUES ('op1', 'create', 'dataset/default/iris', '{}', 0)")
                .Add("INSERT INTO artifact_files (owner, path, digest, length, created_us) VALUES ($1, 'model.onnx', 'ab', 3, 0)", RunId)
                .Add("INSERT INTO tags (run_id, key, value) VALUES ($1, 'a', 'b')", RunId),
            Token);
        Assert.Equal(1, await tables.Count("catalog"));
    }

    [Fact]
    public async Task Runs_OfBeforeHeartbeatsWereRemembered_KeepTheirRowsWithoutAPromise()
    {
        await using (await OpenWithRunAsync([.. MigrationFiles.Load("Sqlite").TakeWhile(migration => migration.Version < 9)]))
        {
        }

        await using var tables = SqliteTables.Open(_folder.Options, TimeProvider.System, NullLogger<SqliteTables>.Instance);
        var promises = await tables.QueryAsync("SELECT run_id, promised_us FROM runs", row => (row.GetString(0), row.IsDBNull(1)), Token);
        Assert.Equal([(RunId, true)], promises);
    }

    [Fact]
    public async Task RemovedRuns_OfBeforeTheirModelsMetricsWentWithThem_LeaveNoneAndExperimentZeroIsBack()
    {
        await using (var before = await OpenWithRunAsync([.. MigrationFiles.Load("Sqlite").TakeWhile(migration => migration.Version < 10)]))
        {
            await before.WriteAsync(
                new TableWrite()
                    .Add("DELETE FROM experiments WHERE experiment_id = 0")
                    .Add("INSERT INTO logged_models (model_id, experiment_id, name, status, lifecycle, created_us, updated_us) SELECT 'm-1', min(experiment_id), 'm', 'Ready', 'Active', 1, 1 FROM experiments")
                    .Add(
                        """
                        INSERT INTO logged_model_metrics (model_id, run_id, key, dataset_name, dataset_digest, step, timestamp_us, value)
                        VALUES ('m-1', $1, 'k', '', '', 1, 1, 1), ('m-1', 'gone', 'k', '', '', 1, 1, 1)
                        """,
                        RunId),
                Token);
        }

        await using var tables = SqliteTables.Open(_folder.Options, TimeProvider.System, NullLogger<SqliteTables>.Instance);
        Assert.Equal([RunId], await tables.QueryAsync("SELECT run_id FROM logged_model_metrics", row => row.GetString(0), Token));
        Assert.Equal(["Default"], await tables.QueryAsync("SELECT name FROM experiments WHERE experiment_id = 0", row => row.GetString(0), Token));
    }

    private async Task<SqliteTables> OpenWithRunAsync(Migration[]? migrations = null)
    {
        var tables = migrations is null
            ? SqliteTables.Open(_folder.Options, TimeProvider.System, NullLogger<SqliteTables>.Instance)
            : SqliteTables.Open(_folder.Options, migrations, TimeProvider.System, NullLogger.Instance, static _ => { });
        var experiment = await tables.WriteAsync(Experiment(), Token);
        await tables.WriteAsync(
            new TableWrite().Add("INSERT INTO runs (run_id, experiment_id, name, status, lifecycle) VALUES ($1, $2, 'r', 'running', 'active')", RunId, (long)experiment.Returned[0]!),
            Token);
        return tables;
    }

    private static TableWrite Experiment() => new TableWrite().Add(
        "INSERT INTO experiments (project, name, lifecycle, created_us, updated_us) VALUES ('default', 'e', 'active', $1, $1) RETURNING experiment_id", DateTimeOffset.UnixEpoch);
}
