using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Node;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Benchmarks.Cluster;

/// <summary>The same load on clusters of different sizes, callers spread over the gateways.</summary>
internal sealed class ClusterLoad
{
    public const string Sampled = "predict, one row, sampled";
    public const string Durable = "predict, one row, durable";
    public const string Telemetry = "telemetry: rows predicted and recorded, 256 a call";
    public const string Metric = "log one metric";
    public const string Batch = "log metrics, 100 a call";

    private const int Runs = 16;
    private const int TelemetryRows = 256;
    private const int BatchPoints = 100;

    private readonly IMlopsClient _client;
    private readonly BenchmarkModel _model;
    private readonly string[] _runs;
    private readonly PredictRequest[] _many;
    private long _step;

    private ClusterLoad(IMlopsClient client, BenchmarkModel model, string[] runs)
    {
        (_client, _model, _runs) = (client, model, runs);
        _many = [.. Enumerable.Range(0, Runs).Select(caller => Many(caller * TelemetryRows))];
    }

    public static async Task<ClusterLoad> PrepareAsync(IMlopsClient client, SyntheticRows rows)
    {
        var model = await BenchmarkModel.PrepareAsync(client, rows);
        var experiment = await client.Experiments.CreateAsync("load");
        var runs = new string[Runs];
        for (var i = 0; i < Runs; i++)
        {
            runs[i] = (await client.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment.ExperimentId })).RunId;
        }

        return new ClusterLoad(client, model, runs);
    }

    public (string Name, int Units, Func<int, Task> Call)[] Cases =>
    [
        (Sampled, 1, caller => PredictAsync(BenchmarkModel.Sampled, caller)),
        (Durable, 1, caller => PredictAsync(BenchmarkModel.Durable, caller)),
        (Telemetry, TelemetryRows, caller => _client.Serving.PredictAsync(_many[caller % Runs])),
        (Metric, 1, caller => LogAsync(caller, 1)),
        (Batch, BatchPoints, caller => LogAsync(caller, BatchPoints)),
    ];

    /// <summary>Runs every case once; messages are counted between silos and over the whole case, its warm-up included.</summary>
    public async Task<List<(Measurement Result, double MessagesPerCall)>> RunAsync(LoadGenerator load, BenchmarkCluster cluster, int callers)
    {
        var measured = new List<(Measurement, double)>();
        foreach (var (name, units, call) in Cases)
        {
            var calls = 0L;
            var before = await cluster.MessagesAsync();
            var result = await load.RunAsync(
                name,
                callers,
                caller =>
                {
                    Interlocked.Increment(ref calls);
                    return call(caller);
                },
                units);
            measured.Add((result, (await cluster.MessagesAsync() - before) / calls));
        }

        return measured;
    }

    public Task PredictAsync(string endpoint, int caller) => _client.Serving.PredictAsync(
        new PredictRequest { Endpoint = endpoint, Columns = _model.Rows.Instance(caller), EventTimes = [_model.Rows.End] });

    public Task LogAsync(int caller, int points) => _client.Experiments.LogAsync(
        _runs[caller % Runs],
        new LogBatch { Metrics = [.. Enumerable.Range(0, points).Select(_ => new MetricPoint { Key = "loss", Value = 0.5, Step = Interlocked.Increment(ref _step) })] });

    private PredictRequest Many(int first) => new()
    {
        Endpoint = BenchmarkModel.Sampled,
        Columns =
        [
            .. SyntheticRows.Numeric.Select((name, i) => new Features.FeatureColumn { Name = name, Numbers = _model.Rows.Numbers[i][first..(first + TelemetryRows)] }),
            .. SyntheticRows.Categorical.Select((name, i) => new Features.FeatureColumn { Name = name, Texts = _model.Rows.Texts[i][first..(first + TelemetryRows)] }),
        ],
        EventTimes = [.. Enumerable.Repeat(_model.Rows.End, TelemetryRows)],
    };
}
