using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments;

/// <summary>Removal for good, for the tables of each engine.</summary>
public abstract class RemovalKit
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PurgeExperiment_TheOneOfClientsThatNameNone_IsRefused()
    {
        await using var world = await OpenAsync(0);
        await world.Tables.WriteAsync(new TableWrite().Add("UPDATE experiments SET lifecycle = 'Deleted' WHERE experiment_id = 0"), Cancel);

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => new Removal(world.Tables, PlatformClock.System).PurgeExperimentAsync(0, Cancel));

        Assert.Equal("experiment_id", error.Field);
        Assert.NotNull(await new ExperimentTables(world.Tables, PlatformClock.System).FindAsync(0, Cancel));
    }

    [Fact]
    public async Task PurgeRun_MetricsThatItLoggedForModels_AreGoneAndThoseOfOthersStay()
    {
        await using var world = await OpenAsync(2);
        var (gone, stays) = (world.Runs[0].Id, world.Runs[1].Id);
        await world.Tables.WriteAsync(
            new TableWrite()
                .Add("UPDATE runs SET lifecycle = 'Deleted' WHERE run_id = $1", gone)
                .Add("INSERT INTO logged_models (model_id, experiment_id, name, status, lifecycle, created_us, updated_us) VALUES ('m-1', 1, 'm', 'Ready', 'Active', 1, 1)")
                .Add(
                    """
                    INSERT INTO logged_model_metrics (model_id, run_id, key, dataset_name, dataset_digest, step, timestamp_us, value)
                    VALUES ('m-1', $1, 'k', '', '', 1, 1, 1), ('m-1', $2, 'k', '', '', 1, 1, 1)
                    """,
                    gone, stays),
            Cancel);

        await new Removal(world.Tables, PlatformClock.System).PurgeRunAsync(gone, Cancel);

        Assert.Equal([stays], await world.Tables.QueryAsync("SELECT run_id FROM logged_model_metrics", row => row.GetString(0), Cancel));
    }

    private protected abstract Task<SearchWorld> OpenAsync(int runs);
}
