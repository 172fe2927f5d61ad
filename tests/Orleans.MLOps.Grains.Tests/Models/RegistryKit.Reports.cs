using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Models;

/// <summary>Comparisons and cards of versions over the tables of either engine.</summary>
public abstract partial class RegistryKit
{
    [Fact]
    public async Task Compare_VersionsOfTwoRuns_EveryPartTellsBothSides()
    {
        await using var store = await OpenAsync();
        var (left, right) = (new string('a', 32), new string('b', 32));
        await AddRunAsync(store, left, rate: "0.1", loss: 0.3, ("parcels", "d1", "training"), ("parcels", "d2", "validation"), ("zones", "z1", ""));
        await AddRunAsync(store, right, rate: "0.2", loss: double.NaN, ("parcels", "d1", "training"));
        await store.RegisterAsync(RegistryStore.Foreign("a") with
        {
            RunId = left,
            DatasetVersion = "dataset/default/parcels/1",
            Metrics = new() { ["auc"] = 0.9 },
            Signature = [new SignatureColumn { Name = "weight" }, new SignatureColumn { Name = "zone", Categorical = true }, new SignatureColumn { Name = "same" }],
            Outputs = [new OutputColumn { Name = "late", Type = "double" }],
        });
        await store.RegisterAsync(RegistryStore.Foreign("b") with
        {
            RunId = right,
            FeatureView = "view/default/parcels:2",
            Metrics = new() { ["auc"] = 0.8, ["log_loss"] = 0.2 },
            Signature = [new SignatureColumn { Name = "weight", Categorical = true }, new SignatureColumn { Name = "same" }],
            Outputs = [new OutputColumn { Name = "late", Type = "long" }],
        });

        var comparison = await store.Registry.Reports.CompareAsync(RegistryStore.Key, 1, 2, Token);

        Assert.Equal((1, 2), (comparison.Left.Version, comparison.Right.Version));
        Assert.Equal([("auc", 0.9, 0.8), ("log_loss", 0.3, 0.2)], comparison.Metrics.Select(metric => (metric.Name, metric.Left, metric.Right)));
        Assert.Equal([("rate", "0.1", "0.2")], Texts(comparison.Params));
        Assert.Equal(
            [
                ("dataset parcels", "d1 (training), d2 (validation)", "d1 (training)"),
                ("dataset zones", "z1", null),
                ("dataset_version", "dataset/default/parcels/1", null),
                ("feature_view", null, "view/default/parcels:2"),
            ],
            Texts(comparison.Data));
        Assert.Equal([("weight", "number", "text"), ("zone", "text", null)], Texts(comparison.Inputs));
        Assert.Equal([("late", "double", "long")], Texts(comparison.Outputs));
    }

    [Fact]
    public async Task GetCard_VersionWithARun_PrintsItsDatasets()
    {
        await using var store = await OpenAsync();
        var run = new string('a', 32);
        await AddRunAsync(store, run, rate: "0.1", loss: 0.3, ("parcels", "d1", "training"), ("parcels", "d2", ""));
        await store.RegisterAsync(RegistryStore.Foreign("a") with { RunId = run });

        var card = await store.Registry.Reports.GetCardAsync(RegistryStore.Key, 1, Token);

        Assert.Contains("## Datasets\n\n| Dataset | Digest |\n|---|---|\n| parcels | d1 (training), d2 |\n", card.Generated, StringComparison.Ordinal);
    }

    private static IEnumerable<(string, string?, string?)> Texts(TextDifference[] differences) =>
        differences.Select(difference => (difference.Name, difference.Left, difference.Right));

    private static async Task AddRunAsync(RegistryStore store, string run, string rate, double loss, params (string Name, string Digest, string Context)[] datasets)
    {
        var write = new TableWrite()
            .Add("INSERT INTO experiments (project, name, lifecycle, created_us, updated_us) VALUES ('default', $1, 'Active', 0, 0)", run)
            .Add("INSERT INTO runs (run_id, experiment_id, name, status, lifecycle) SELECT $1, experiment_id, 'r', 'Running', 'Active' FROM experiments WHERE name = $1", run)
            .Add("INSERT INTO params (run_id, key, value) VALUES ($1, 'rate', $2)", run, rate)
            .Add(
                "INSERT INTO latest_metrics (run_id, key, step, timestamp_us, value, is_nan) VALUES ($1, 'log_loss', 1, 0, $2, $3)",
                run, double.IsNaN(loss) ? null : loss, double.IsNaN(loss));
        foreach (var (name, digest, context) in datasets)
        {
            write.Add(
                "INSERT INTO run_datasets (run_id, name, digest, source_type, source, tags, context) VALUES ($1, $2, $3, 'local', 's', '{}', $4)", run, name, digest, context);
        }

        await store.Tables.WriteAsync(write, Token);
    }
}
