using Orleans.MLOps.Experiments;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>A model of 16 columns, trained by the platform so that its monitor has all it compares with, behind two endpoints.</summary>
internal sealed class BenchmarkModel
{
    public const string Sampled = "sampled";
    public const string Durable = "durable";

    private const string Name = "benchmark";
    private const double TrainShare = 0.9;

    private readonly IMlopsClient _client;
    private readonly FeatureFrame _frame;
    private readonly long _experiment;

    private BenchmarkModel(IMlopsClient client, SyntheticRows rows, FeatureFrame frame, long experiment) =>
        (_client, Rows, _frame, _experiment) = (client, rows, frame, experiment);

    public SyntheticRows Rows { get; }

    /// <summary>Rows that a job trains on; it judges itself on the others.</summary>
    public int TrainedRows => (int)(Rows.Count * TrainShare);

    public static NetworkOptions Network { get; } = new() { Hidden = [64, 32], Dropout = 0.1 };

    public static async Task<BenchmarkModel> PrepareAsync(IMlopsClient client, SyntheticRows rows)
    {
        var data = await client.Datasets.IngestAsync(Name, new MemoryStream(rows.ToCsv()), DataFormat.Csv);
        var view = await client.Features.ApplyAsync(View(), Name, data.Digest);
        var frame = await client.Features.MaterializeAsync(
            new MaterializeView { Name = Name, Version = view.Version, Dataset = Name, DatasetDigest = data.Digest, To = rows.End });
        var experiment = await client.Experiments.CreateAsync(Name);
        var model = new BenchmarkModel(client, rows, frame, experiment.ExperimentId);
        var job = await client.Training.WaitAsync((await model.TrainAsync(shards: 2, epochs: 2, registerAs: Name)).JobId);
        if (job.ModelVersion is not { } version)
        {
            throw new FailedPreconditionException($"The model could not be trained: {job.Status}, {job.Reason}");
        }

        foreach (var (endpoint, policy) in new[] { (Sampled, LogPolicy.Sampled), (Durable, LogPolicy.Durable) })
        {
            await client.Serving.DeployAsync(new DeployEndpoint
            {
                Name = endpoint,
                Model = Name,
                Variants = [new VariantSpec { Name = "only", Version = version }],
                LogPolicy = policy,
                OperationId = endpoint,
            });
        }

        return model;
    }

    public Task<TrainingJobInfo> TrainAsync(int shards, int epochs, string? registerAs = null) => _client.Training.StartAsync(new TrainingJobSpec
    {
        Name = $"{shards} shards",
        FrameDigest = _frame.Data.Digest,
        Numeric = _frame.Numeric,
        Categorical = _frame.Categorical,
        TrainTo = SyntheticRows.First.AddMinutes(TrainedRows),
        HoldoutTo = Rows.End,
        Network = Network,
        Epochs = epochs,
        Shards = shards,
        Seed = 1,
        RegisterAs = registerAs,
        ExperimentId = _experiment,
    });

    private static FeatureViewDefinition View() => new()
    {
        Name = Name,
        Sql = $"""
            SELECT id, asked AS event_time, label::DOUBLE AS label, asked + INTERVAL 1 HOUR AS known_at, {string.Join(", ", SyntheticRows.Numeric.Select(name => $"{name}::DOUBLE AS {name}").Concat(SyntheticRows.Categorical))}
            FROM source
            """,
        RowId = "id",
        EventTime = "event_time",
        Label = "label",
        LabelAvailableAt = "known_at",
        Numeric = SyntheticRows.Numeric,
        Categorical = SyntheticRows.Categorical,
    };
}
