using Orleans.MLOps;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Serving;

namespace OwnHost;

/// <summary>The SDK in ten lines. Whether the client is co-hosted or speaks gRPC is nothing to this code.</summary>
internal static class Tour
{
    public static async Task<string[]> RunAsync(IMlopsClient mlops, string project)
    {
        var experiment = await mlops.Experiments.CreateAsync("parcels", project);
        var run = await mlops.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment.ExperimentId, Name = "by hand", Seed = 1 });
        await mlops.Experiments.LogAsync(run.RunId, new LogBatch { Params = { ["features"] = "2" }, Metrics = [new MetricPoint { Key = "accuracy", Value = 0.875 }] });
        await mlops.Experiments.EndRunAsync(run.RunId);
        run = await mlops.Experiments.GetRunAsync(run.RunId);
        await using var csv = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "parcels.csv"));
        var data = await mlops.Datasets.IngestAsync("parcels", csv, DataFormat.Csv, new IngestOptions { Project = project });
        var profile = await mlops.Datasets.GetProfileAsync("parcels", data.Digest, project);
        FeatureColumn[] columns = [new() { Name = "kilograms", Numbers = [0.4, 23] }, new() { Name = "kilometres", Numbers = [12, 905] }];
        var reply = await mlops.Serving.PredictAsync(new PredictRequest { Endpoint = LatenessModel.Name, Columns = columns });

        return
        [
            $"run       {run.Name}, {run.Status}: features {run.Params["features"]}, accuracy {run.Metric("accuracy")}",
            $"dataset   {data.RowCount} rows, archived as {data.Raw.Digest[..12]}: {string.Join(", ", profile.Columns.Select(column => $"{column.Name} {column.Type}"))}",
            $"predict   {string.Join(", ", reply.Probabilities.Select(probability => $"{probability:f4}"))} by version {reply.ModelVersions[0]}",
            $"errors    {await RefusalAsync(mlops)}",
        ];
    }

    private static async Task<string> RefusalAsync(IMlopsClient mlops)
    {
        try
        {
            await mlops.Serving.PredictAsync(new PredictRequest { Endpoint = "nobody" });
            return "none";
        }
        catch (NotFoundException error)
        {
            return $"{nameof(NotFoundException)} about '{error.Field}'";
        }
    }
}
