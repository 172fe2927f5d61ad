using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Cluster.Tests.Support;

/// <summary>Single calls of every kind against one gateway or several, each attempted once unless said otherwise, and what they need to exist.</summary>
internal sealed class Traffic : IDisposable
{
    /// <summary>Answers from memory: predictions are logged within a second.</summary>
    public const string Hot = "hot";

    /// <summary>Answers after the prediction is stored.</summary>
    public const string Sure = "sure";

    private readonly GrpcMlopsClient _client;
    private int _number;

    public Traffic(params IReadOnlyList<Uri> gateways)
        : this(new GrpcClientOptions { Addresses = gateways, Retries = 0, CircuitBreaker = null, Timeout = TimeSpan.FromSeconds(60) })
    {
    }

    private Traffic(GrpcClientOptions options) => _client = MlopsGrpcClient.Connect(options);

    public IMlopsClient Client => _client;

    /// <summary>The run that <see cref="LogAsync"/> writes to.</summary>
    public string RunId { get; private init; } = Guid.NewGuid().ToString("N");

    /// <summary>The writes by name; each stores something and can be repeated.</summary>
    public IReadOnlyDictionary<string, Func<CancellationToken, Task>> Writes => new Dictionary<string, Func<CancellationToken, Task>>
    {
        ["log metrics"] = LogAsync,
        ["move an alias"] = MoveAsync,
        ["ingest"] = IngestAsync,
        ["predict durably"] = cancel => PredictAsync(Sure, cancel),
    };

    /// <summary>Another client for the same things.</summary>
    public Traffic Through(params IReadOnlyList<Uri> gateways) => new(gateways) { RunId = RunId };

    /// <summary>Another client for the same things that repeats calls as the SDK does by default.</summary>
    public Traffic Repeating(Uri gateway) => new(new GrpcClientOptions { Address = gateway }) { RunId = RunId };

    /// <summary>Makes what the calls need and lets each gateway answer one prediction, so that all have their routes.</summary>
    public static async Task<Traffic> StartAsync(IReadOnlyList<Uri> gateways, CancellationToken cancellationToken)
    {
        var traffic = new Traffic(gateways);
        await traffic.PrepareAsync(cancellationToken);
        foreach (var gateway in gateways)
        {
            using var warm = traffic.Through(gateway);
            await warm.PredictAsync(Hot, cancellationToken);
        }

        return traffic;
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var frame = await SampleData.PrepareAsync(_client, cancellationToken);
        await SampleData.TrainAsync(_client, SampleData.Job(frame, Hot, epochs: 1, seed: 1), cancellationToken);
        foreach (var (name, policy) in new[] { (Hot, LogPolicy.Sampled), (Sure, LogPolicy.Durable) })
        {
            await _client.Serving.DeployAsync(
                new DeployEndpoint { Name = name, Model = Hot, Variants = [new VariantSpec { Name = "only", Version = 1 }], FeatureView = SampleData.View, LogPolicy = policy, OperationId = "first" },
                cancellationToken);
        }

        var experiment = await _client.Experiments.CreateAsync("outages", cancellationToken: cancellationToken);
        await _client.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment.ExperimentId, RunId = RunId, User = "tests", Seed = 1 }, cancellationToken);
    }

    public Task LogAsync(CancellationToken cancellationToken)
    {
        var step = Interlocked.Increment(ref _number);
        return _client.Experiments.LogAsync(RunId, new LogBatch { Metrics = [new MetricPoint { Key = "loss", Step = step, Value = step }] }, cancellationToken);
    }

    public Task MoveAsync(CancellationToken cancellationToken) => _client.Models.SetAliasAsync(
        new SetAlias { Model = Hot, Alias = $"alias-{Interlocked.Increment(ref _number)}", Version = 1, OperationId = Guid.NewGuid().ToString("N") }, cancellationToken);

    public Task IngestAsync(CancellationToken cancellationToken) => _client.Datasets.IngestAsync(
        "small", new MemoryStream([.. "id,value\n"u8, .. System.Text.Encoding.UTF8.GetBytes($"{Interlocked.Increment(ref _number)},1\n")]), DataFormat.Csv, cancellationToken: cancellationToken);

    public async Task<PredictReply> PredictAsync(string endpoint, CancellationToken cancellationToken) => await _client.Serving.PredictAsync(
        new PredictRequest
        {
            Endpoint = endpoint,
            Columns = [new FeatureColumn { Name = "x", Numbers = [0.5] }, new FeatureColumn { Name = "city", Texts = [SampleData.Cities[0]] }],
            EventTimes = [SampleData.End],
        },
        cancellationToken);

    /// <summary>Every write once; those that did not fail as unavailable are named with what became of them.</summary>
    public async Task<string[]> WritesNotUnavailableAsync(CancellationToken cancellationToken)
    {
        var seen = await Task.WhenAll(Writes.Select(async write =>
        {
            try
            {
                await write.Value(cancellationToken);
                return $"{write.Key}: done";
            }
            catch (UnavailableException)
            {
                return "";
            }
            catch (Exception error)
            {
                return $"{write.Key}: {error.GetType().Name}: {error.Message}";
            }
        }));
        return [.. seen.Where(line => line.Length > 0)];
    }

    /// <summary>Repeats every write until it is done.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, write) in Writes)
        {
            await Patience.UntilAsync(
                $"'{name}' to work again",
                async () =>
                {
                    try
                    {
                        await write(cancellationToken);
                        return "done";
                    }
                    catch (UnavailableException error)
                    {
                        return error.Message;
                    }
                },
                outcome => outcome == "done",
                cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();
}
