using System.Collections.Concurrent;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Cluster.Tests.Support;

/// <summary>Clients with default settings, each with a connection of its own, that call without a pause and keep every failure.</summary>
internal sealed class Callers : IAsyncDisposable
{
    private const string Endpoint = "drained";

    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task[] _work;
    private long _calls;
    private long _predictions;
    private long _labels;
    private long _points;
    private long _step;

    private Callers(IReadOnlyList<Uri> gateways, string runId, int clients, bool appends)
    {
        // Each begins at another gateway.
        _work =
        [
            .. Enumerable.Range(0, clients).SelectMany(number =>
            {
                var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = [.. gateways.Skip(number % gateways.Count), .. gateways.Take(number % gateways.Count)] });
                Task[] work =
                [
                    RunAsync("predict", () => PredictAndLabelAsync(client)),
                    RunSessionAsync(client),
                    RunAsync("read", () => client.Serving.GetAsync(Endpoint, cancellationToken: _ending.Token)),
                    .. appends ? [RunAsync("log", () => LogAsync(client, runId))] : Array.Empty<Task>(),
                ];
                return work.Append(DisposeAfterAsync(client, work));
            }),
        ];
    }

    public IReadOnlyCollection<string> Failures => _failures;

    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Deploys an endpoint and starts the callers.</summary>
    public static async Task<Callers> StartAsync(IReadOnlyList<Uri> gateways, int clients, bool appends, CancellationToken cancellationToken)
    {
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = gateways });
        var frame = await SampleData.PrepareAsync(client, cancellationToken);
        await SampleData.TrainAsync(client, SampleData.Job(frame, Endpoint, epochs: 1, seed: 1), cancellationToken);
        await client.Serving.DeployAsync(
            new DeployEndpoint { Name = Endpoint, Model = Endpoint, Variants = [new VariantSpec { Name = "champion", Version = 1 }], LogPolicy = LogPolicy.Durable, FeatureView = SampleData.View, OperationId = "first" },
            cancellationToken);
        var experiment = await client.Experiments.CreateAsync("drained", cancellationToken: cancellationToken);
        var run = await client.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment.ExperimentId }, cancellationToken);
        return new Callers(gateways, run.RunId, clients, appends) { RunId = run.RunId };
    }

    /// <summary>The run that points are logged to.</summary>
    public required string RunId { get; init; }

    /// <summary>Returns when so many more calls have been answered.</summary>
    public async Task WaitForCallsAsync(int more, CancellationToken cancellationToken)
    {
        var goal = Calls + more;
        while (Calls < goal)
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Ends the callers and compares what the platform has with what was acknowledged.</summary>
    public async Task VerifyAsync(GrpcMlopsClient client, CancellationToken cancellationToken)
    {
        await EndAsync();
        await client.Monitoring.FlushAsync(Endpoint, cancellationToken: cancellationToken);
        var report = await client.Monitoring.GetReportAsync(Endpoint, 1, cancellationToken: cancellationToken);
        Assert.Equal((_predictions, _labels, 0), (report.Predictions, report.Labelled, report.UnknownLabels));
        var (stored, query) = (0L, new MetricHistoryQuery { RunId = RunId, Key = "loss" });
        MetricHistory page;
        do
        {
            page = await client.Experiments.GetMetricHistoryAsync(query, cancellationToken);
            stored += page.Points.Length;
            query = query with { AfterSequence = page.LastSequence };
        }
        while (page.Points.Length > 0);

        Assert.Equal(_points, stored);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _ending.Dispose();
    }

    private async Task EndAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_work);
    }

    private static async Task DisposeAfterAsync(GrpcMlopsClient client, Task[] work)
    {
        await Task.WhenAll(work);
        client.Dispose();
    }

    private async Task RunAsync(string what, Func<Task> call)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await call();
                Interlocked.Increment(ref _calls);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _failures.Enqueue($"{what}: {error.GetType().Name}: {error.Message}");
            }
        }
    }

    // Calls that change something are not cut off at the end: what became of them would be unknown.
    private async Task PredictAndLabelAsync(GrpcMlopsClient client)
    {
        var reply = await client.Serving.PredictAsync(Question(), CancellationToken.None);
        Interlocked.Increment(ref _predictions);
        await client.Monitoring.LabelAsync(
            new LabelBatch { Endpoint = Endpoint, PredictionIds = reply.PredictionIds, Values = [1], ObservedAt = [SampleData.End.AddHours(1)] }, CancellationToken.None);
        Interlocked.Increment(ref _labels);
    }

    private async Task RunSessionAsync(GrpcMlopsClient client)
    {
        await using var session = await client.Serving.OpenSessionAsync(CancellationToken.None);
        await RunAsync("session", async () =>
        {
            await session.ServeAsync(new ServeRequest { Predict = Question() }, CancellationToken.None);
            Interlocked.Increment(ref _predictions);
        });
    }

    private async Task LogAsync(GrpcMlopsClient client, string runId)
    {
        var step = Interlocked.Increment(ref _step);
        await client.Experiments.LogAsync(
            runId, new LogBatch { Metrics = [new MetricPoint { Key = "loss", Value = 1, Step = step, Timestamp = SampleData.End }] }, CancellationToken.None);
        Interlocked.Increment(ref _points);
    }

    private static PredictRequest Question() => new()
    {
        Endpoint = Endpoint,
        Columns = [new FeatureColumn { Name = "x", Numbers = [0.5] }, new FeatureColumn { Name = "city", Texts = [SampleData.Cities[0]] }],
        EventTimes = [SampleData.End],
    };
}
