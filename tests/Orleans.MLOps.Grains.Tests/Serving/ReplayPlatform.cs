using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Monitoring;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Hosting.Time;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

/// <summary>A silo whose event time the test moves, with models that need no training.</summary>
public sealed class ReplayPlatform : IAsyncLifetime
{
    public ReplayPlatform() => Silo = new PlatformFixture
    {
        Slots = 4,
        Configure = silo => silo.Services
            .AddSingleton(new PlatformClock(Clock, TimeProvider.System))
            .AddSingleton<ITrainingReference, TrainingReferenceBuilder>(),
    };

    public ReplayClock Clock { get; } = new(MonitorSamples.Begin);

    public PlatformFixture Silo { get; }

    public IMlopsClient Client => Silo.Services.GetRequiredService<IMlopsClient>();

    public IBlobStore Blobs => Silo.Services.GetRequiredService<IBlobStore>();

    public ValueTask InitializeAsync() => Silo.InitializeAsync();

    public ValueTask DisposeAsync() => Silo.DisposeAsync();

    public static string NewName() => Guid.NewGuid().ToString("N");

    internal static long SeedOf(int version) => version;

    internal async Task<ModelVersionInfo> RegisterAsync(
        string model, int version, bool passes = true, byte[]? reference = null, TabularNetworkSpec? network = null)
    {
        network ??= ServingSamples.Network;
        var weights = WeightInitializer.Create(network, SeedOf(version));
        return await Silo.Grains.GetGrain<IModelGrain>(new ModelKey("default", model).ToString()).Register(new RegisterModelVersion
        {
            Model = model,
            OperationId = $"register/{version}",
            Onnx = await Blobs.WriteAsync(OnnxExporter.Export(network, weights)),
            Weights = await Blobs.WriteAsync(SafeTensorsFile.Write(weights)),
            NetworkJson = network.ToJson(),
            Signature =
            [
                .. network.Numeric.Select(input => new SignatureColumn { Name = input.Name }),
                .. network.Categorical.Select(input => new SignatureColumn { Name = input.Name, Categorical = true }),
            ],
            Parity = new ParityRecord { Rows = 1000, Passed = passes, MaxAbsoluteDifference = passes ? 0 : 0.5 },
            Reference = reference is null ? null : await Blobs.WriteAsync(reference),
        });
    }

    /// <summary>Deploys versions of a model under its own name, with equal weights.</summary>
    public Task<EndpointInfo> DeployAsync(string name, LogPolicy policy, params int[] versions) => Client.Serving.DeployAsync(Command(name, versions) with { LogPolicy = policy });

    public static DeployEndpoint Command(string name, params int[] versions) => new()
    {
        Name = name,
        Model = name,
        Variants = [.. versions.Select(version => new VariantSpec { Name = $"v{version}", Version = version })],
        LogPolicy = LogPolicy.Durable,
        OperationId = Guid.NewGuid().ToString("N"),
    };

    /// <summary>A new model of one version with an endpoint of its name.</summary>
    public async Task<string> ServeAsync(LogPolicy policy = LogPolicy.Durable, byte[]? reference = null)
    {
        var name = NewName();
        await RegisterAsync(name, 1, reference: reference);
        await DeployAsync(name, policy, 1);
        return name;
    }

    public Task<PredictReply> PredictAsync(string endpoint, params double[] x) => Client.Serving.PredictAsync(
        ServingSamples.Request(endpoint, x, [.. x.Select(value => value > 0 ? "a" : "b")], [.. x.Select((_, i) => Clock.GetUtcNow().AddSeconds(i))]));

    public Task<LabelReply> LabelAsync(string endpoint, params (string Id, double Value)[] labels) => Client.Monitoring.LabelAsync(new LabelBatch
    {
        Endpoint = endpoint,
        PredictionIds = [.. labels.Select(label => label.Id)],
        Values = [.. labels.Select(label => label.Value)],
        ObservedAt = [.. labels.Select((_, i) => Clock.GetUtcNow().AddMinutes(i))],
    });

    /// <summary>The report of a version when everything recorded has reached it.</summary>
    public async Task<MonitorReport> ReportAsync(string endpoint, int version = 1)
    {
        await Client.Monitoring.FlushAsync(endpoint);
        return await Client.Monitoring.GetReportAsync(endpoint, version);
    }
}
