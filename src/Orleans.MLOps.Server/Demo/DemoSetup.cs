using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Server.Demo;

/// <summary>From the raw file to a deployed, monitored and continuously trained model.</summary>
internal sealed class DemoSetup(IMlopsClient client, DemoProject names, DemoOptions options, IDemoOutput output)
{
    private const int EarliestBelievableDelay = -90;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var dataset = await ArchiveAsync(cancellationToken);
        var frame = await EvaluateFeaturesAsync(dataset, cancellationToken);
        var jobs = await TrainVariantsAsync(frame, cancellationToken);
        var best = jobs.MinBy(job => job.Metrics["log_loss"])!;
        await DeployAsync(best, frame, cancellationToken);
    }

    private async Task<DatasetVersionInfo> ArchiveAsync(CancellationToken cancellationToken)
    {
        output.Stage("Archive and profile the raw data");
        await using var file = File.OpenRead(FlightFile.Path);
        var dataset = await client.Datasets.IngestAsync(
            FlightFacts.Dataset,
            file,
            DataFormat.Parquet,
            new IngestOptions
            {
                Project = names.Project,
                Source = "US Bureau of Transportation Statistics, On-Time Performance, 2001, ORD, DFW and STL",
                Expectations = [new Expectation { Column = "delay", Kind = ExpectationKind.Range, Minimum = EarliestBelievableDelay }],
                Descriptions = new Dictionary<string, string>
                {
                    ["date"] = "Actual departure, UTC",
                    ["delay"] = "Minutes late on arrival",
                    ["distance"] = "Miles",
                },
            },
            cancellationToken);
        var profile = await client.Datasets.GetProfileAsync(dataset.Name, dataset.Digest, names.Project, cancellationToken);
        output.Fact($"{dataset.RowCount} rows, {dataset.QuarantinedRows} quarantined, version {dataset.Digest[..12]}; {string.Join(", ", profile.Columns.Select(column => $"{column.Name} {column.Type}"))}");
        var spec = new SplitSpec { Kind = SplitKind.Time, TimeColumn = "date" };
        var split = await client.Datasets.CreateSplitAsync(dataset.Name, dataset.Digest, new CreateSplit { Name = "by-time", Spec = spec }, names.Project, cancellationToken);
        var check = await client.Datasets.VerifySplitAsync(dataset.Name, dataset.Digest, split.Name, names.Project, cancellationToken);
        output.Fact($"time-ordered split {split.TrainRows}/{split.TestRows}, verified from the bytes: {check.Verified}, overlapping rows {check.OverlappingRows}");
        return dataset;
    }

    private async Task<FeatureFrame> EvaluateFeaturesAsync(DatasetVersionInfo dataset, CancellationToken cancellationToken)
    {
        output.Stage("Evaluate the features of January, windows by availability of the answers");
        var view = await client.Features.ApplyAsync(FlightFacts.Definition(names.Project), dataset.Name, dataset.Digest, cancellationToken);
        var frame = await client.Features.MaterializeAsync(
            new MaterializeView
            {
                Project = names.Project,
                Name = view.Definition.Name,
                Version = view.Version,
                Dataset = dataset.Name,
                DatasetDigest = dataset.Digest,
                To = FlightFacts.ReplayStart,
            },
            cancellationToken);
        output.Fact($"{frame.RowCount} examples; {string.Join(", ", frame.Categorical.Concat(frame.Numeric))}");
        return frame;
    }

    private async Task<TrainingJobInfo[]> TrainVariantsAsync(FeatureFrame frame, CancellationToken cancellationToken)
    {
        output.Stage($"Train {DemoModels.Variants.Count} variants in parallel, two shards each");
        var experiment = await client.Experiments.CreateAsync("lateness", names.Project, cancellationToken);
        var started = await Task.WhenAll(DemoModels.Variants.Keys.Select(variant =>
            client.Training.StartAsync(DemoModels.Spec(names, frame, variant, options.Seed, experiment.ExperimentId), cancellationToken: cancellationToken)));
        var ended = await Task.WhenAll(started.Select(job => client.Training.WaitAsync(job.JobId, cancellationToken)));
        foreach (var job in ended)
        {
            if (job.Status != TrainingStatus.Completed)
            {
                throw new FailedPreconditionException($"Variant '{job.Name}' ended as {job.Status}: {job.Reason}");
            }

            output.Fact($"{job.Name,-9} version {job.ModelVersion}: holdout log loss {job.Metrics["log_loss"]:f4}, AUC {job.Metrics["auc"]:f3}; {job.Step} steps, {job.SamplesPerSecond:f0} samples/s");
        }

        return ended;
    }

    private async Task DeployAsync(TrainingJobInfo best, FeatureFrame frame, CancellationToken cancellationToken)
    {
        var version = best.ModelVersion!.Value;
        output.Stage($"Deploy version {version} ({best.Name}), monitor it and train it on");
        await client.Models.SetAliasAsync(
            new SetAlias { Project = names.Project, Model = DemoProject.Model, Alias = "champion", Version = version, Reason = "Lowest holdout log loss", OperationId = "demo/champion" },
            cancellationToken);
        await client.Serving.DeployAsync(Endpoint(DemoProject.Endpoint, version) with { FeatureView = FlightFacts.View, LogPolicy = LogPolicy.Durable }, cancellationToken);
        await client.Serving.DeployAsync(Endpoint(DemoProject.FrozenEndpoint, version), cancellationToken);
        await client.Monitoring.ConfigureAsync(
            new MonitorOptions { Project = names.Project, Endpoint = DemoProject.Endpoint, MaximumAge = TimeSpan.FromDays(14) },
            cancellationToken);
        await client.Pipelines.ConfigureAsync(
            new ContinuousTrainingPolicy
            {
                Project = names.Project,
                Endpoint = DemoProject.Endpoint,
                Template = DemoModels.Spec(names, frame, best.Name, options.Seed, (await client.Experiments.CreateAsync("lateness-retraining", names.Project, cancellationToken)).ExperimentId),
                BaseFrames = [frame.Data.Digest],
            },
            cancellationToken);
    }

    private DeployEndpoint Endpoint(string name, int version) => new()
    {
        Project = names.Project,
        Name = name,
        Model = DemoProject.Model,
        Variants = [new VariantSpec { Name = "champion", Version = version }],
        Reason = "Best variant of January",
        OperationId = $"demo/deploy/{name}",
    };
}
