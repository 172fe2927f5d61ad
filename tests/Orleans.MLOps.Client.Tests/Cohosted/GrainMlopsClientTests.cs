using Orleans.MLOps.Client.Cohosted;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Client.Tests.Cohosted;

public sealed class GrainMlopsClientTests
{
    private static readonly string Digest = new('a', 64);
    private static readonly string Id = new('b', 32);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, Func<IMlopsClient, Task>> Calls => new()
    {
        { "IDatasetGrain.GetVersion", "dataset/p/d", client => client.Datasets.GetAsync("d", Digest, "p", Token) },
        { "IDatasetGrain.Describe", "dataset/p/d", client => client.Datasets.DescribeAsync("d", [], "p", Token) },
        { "IDatasetVersionGrain.GetProfile", $"dataset/p/d@{Digest}", client => client.Datasets.GetProfileAsync("d", Digest, "p", Token) },
        { "IDatasetVersionGrain.VerifySplit", $"dataset/p/d@{Digest}", client => client.Datasets.VerifySplitAsync("d", Digest, "s", "p", Token) },
        { "IFeatureViewGrain.Get", "view/p/v", client => client.Features.GetAsync("v", null, "p", Token) },
        { "IExperimentDirectoryGrain.Create", "experiments/p/e", client => client.Experiments.CreateAsync("e", "p", Token) },
        { "IExperimentGrain.SetLifecycle", "experiment/7", client => client.Experiments.SetLifecycleAsync(7, Lifecycle.Deleted, Token) },
        { "IRunGrain.Log", $"run/{Id}", client => client.Experiments.LogAsync(Id, new(), Token) },
        { "IRunGrain.GetMetricHistory", $"run/{Id}", client => client.Experiments.GetMetricHistoryAsync(new() { RunId = Id, Key = "k" }, Token) },
        { "IRunSearchGrain.Search", "runs/search", client => client.Experiments.SearchAsync(new(), Token) },
        { "IRunSearchGrain.SearchDatasets", "runs/search", client => client.Experiments.SearchDatasetsAsync(new(), Token) },
        { "IModelGrain.GetVersion", "model/p/m", client => client.Models.GetVersionAsync("m", 1, "p", Token) },
        { "IModelGrain.Create", "model/p/m", client => client.Models.CreateAsync(new() { Project = "p", Name = "m", MustBeNew = true }, Token) },
        { "IModelGrain.Rename", "model/p/m", client => client.Models.RenameAsync(new() { Project = "p", Model = "m", NewName = "n" }, Token) },
        { "IModelGrain.Delete", "model/p/m", client => client.Models.DeleteAsync("m", "p", Token) },
        { "IModelGrain.DeleteVersion", "model/p/m", client => client.Models.DeleteVersionAsync("m", 1, "p", Token) },
        { "IModelGrain.Rollback", "model/p/m", client => client.Models.RollbackAsync(new() { Project = "p", Model = "m", Alias = "a", OperationId = "o" }, Token) },
        { "IModelGrain.Compare", "model/p/m", client => client.Models.CompareAsync("m", 1, 2, "p", Token) },
        { "IModelSearchGrain.SearchVersions", "models/search", client => client.Models.SearchVersionsAsync(new(), Token) },
        { "ITrainingJobGrain.Cancel", $"job/{Id}", client => client.Training.CancelAsync(Id, Token) },
        { "IEndpointGrain.Rollback", "endpoint/p/e", client => client.Serving.RollbackAsync("e", "why", "o", "p", Token) },
        { "IEndpointMonitorGrain.GetReport", "endpoint/p/e", client => client.Monitoring.GetReportAsync("e", 1, "p", Token) },
        { "IEndpointMonitorGrain.Compare", "endpoint/p/e", client => client.Monitoring.CompareAsync(new() { Project = "p", Endpoint = "e", Baseline = 1, Candidate = 2 }, Token) },
        { "IInferenceGrain.Flush", "endpoint/p/e", client => client.Monitoring.FlushAsync("e", "p", Token) },
        { "IPipelineGrain.Wake", "pipeline/p/e", client => client.Pipelines.WakeAsync("e", "p", Token) },
        { "ICatalogGrain.List", "catalog/dataset-version", client => client.Catalog.ListAsync(new() { Kind = "dataset-version" }, Token) },
        { "ISilosGrain.List", "silos/all", client => client.Silos.ListAsync(Token) },
    };

    [Theory]
    [MemberData(nameof(Calls), DisableDiscoveryEnumeration = true)]
    public async Task Call_EveryRoom_ReachesTheGrainOfItsKey(string grain, string key, Func<IMlopsClient, Task> call)
    {
        var grains = new FakeGrains(Complete);
        await call(Client(grains));
        var made = Assert.Single(grains.Calls);
        Assert.Equal((grain, key), ($"{made.Grain}.{made.Method}", made.Key));
    }

    [Fact]
    public async Task StartRunAsync_WithoutId_MakesOneThatKeyAndCommandShare()
    {
        var grains = new FakeGrains(Complete);
        await Client(grains).Experiments.StartRunAsync(new() { ExperimentId = 1 }, Token);
        var call = Assert.Single(grains.Calls);
        Assert.Equal(call.Key, new RunKey(((StartRun)call.Arguments[0]!).RunId!).ToString());
    }

    [Fact]
    public async Task WaitAsync_RunningJob_PollsUntilItEnds()
    {
        var statuses = new Queue<TrainingStatus>([TrainingStatus.Queued, TrainingStatus.Running, TrainingStatus.Failed]);
        var grains = new FakeGrains(_ => Task.FromResult(new TrainingJobInfo { JobId = Id, Project = "p", Name = "n", Status = statuses.Dequeue() }));
        Assert.Equal(TrainingStatus.Failed, (await Client(grains).Training.WaitAsync(Id, Token)).Status);
        Assert.Empty(statuses);
    }

    [Fact]
    public async Task PredictAsync_SameEndpoint_KeepsTheReference()
    {
        var reply = new PredictReply { Probabilities = [0.25] };
        var grains = new FakeGrains(_ => Task.FromResult(new ServeReply { Predictions = reply }));
        var client = Client(grains);
        for (var i = 0; i < 3; i++)
        {
            Assert.Same(reply, await client.Serving.PredictAsync(new() { Endpoint = "e" }, Token));
        }

        Assert.Equal(1, grains.References);
        Assert.Equal("endpoint/default/e", grains.Calls[0].Key);
    }

    [Fact]
    public async Task LabelAsync_Labels_TravelWithoutPredictions()
    {
        var grains = new FakeGrains(_ => Task.FromResult(new ServeReply { Predictions = new(), Labels = new() { Accepted = 2 } }));
        var labels = new LabelBatch { Project = "p", Endpoint = "e", PredictionIds = ["1", "2"] };
        Assert.Equal(2, (await Client(grains).Monitoring.LabelAsync(labels, Token)).Accepted);
        var request = (ServeRequest)grains.Calls[0].Arguments[0]!;
        Assert.Same(labels, request.Labels);
        Assert.Empty(request.Predict.Columns);
        Assert.Equal("endpoint/p/e", grains.Calls[0].Key);
    }

    [Fact]
    public async Task ListAlertsAsync_CatalogNewestFirst_ReturnsOldestFirst()
    {
        var grains = new FakeGrains(call => List(call, "alert", ["second", "first"], id => new Alert
        {
            AlertId = id,
            Endpoint = "endpoint/p/e",
            Evidence = "",
            Statistic = double.NaN,
            Kind = AlertKind.FeatureDrift,
        }));
        var alerts = await Client(grains).Monitoring.ListAlertsAsync("e", "p", Token);
        Assert.Equal(["first", "second"], alerts.Select(alert => alert.AlertId));
        Assert.All(alerts, alert => Assert.Equal((AlertKind.FeatureDrift, double.NaN), (alert.Kind, alert.Statistic)));
    }

    [Fact]
    public async Task ListRunsAsync_CatalogNewestFirst_ReturnsOldestFirst()
    {
        var grains = new FakeGrains(call => List(call, "pipeline-run", ["b", "a"], id => new PipelineRunInfo { RunId = id, Endpoint = "endpoint/p/e" }));
        Assert.Equal(["a", "b"], (await Client(grains).Pipelines.ListRunsAsync("e", "p", Token)).Select(run => run.RunId));
    }

    [Fact]
    public async Task LogArtifactAsync_Refused_AbandonsTheStagedBytes()
    {
        var blobs = new MemoryBlobStore();
        var client = new GrainMlopsClient(new KnownGrains(new FakeGrains(_ => throw new FailedPreconditionException("ended")).Factory), blobs, TimeProvider.System, new(new(), TimeProvider.System));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => client.Experiments.LogArtifactAsync(Id, "a/b", new MemoryStream([1]), Token));
        Assert.Single(blobs.Abandoned);
    }

    private static GrainMlopsClient Client(FakeGrains grains) => new(new KnownGrains(grains.Factory), new MemoryBlobStore(), new EagerClock(), new(new(), TimeProvider.System));

    private static Task<CatalogPage> List<T>(FakeGrains.Call call, string kind, string[] ids, Func<string, T> record)
    {
        var query = (CatalogQuery)call.Arguments[0]!;
        Assert.Equal((kind, "endpoint/p/e", 1000), (query.Kind, query.Parent, query.Limit));
        return Task.FromResult(new CatalogPage
        {
            Entries = [.. ids.Select(id => new CatalogEntry { Key = id, Kind = kind, Project = "p", Name = id, Json = CatalogJson.Write(record(id)) })],
        });
    }

    private static object Complete(FakeGrains.Call call)
    {
        if (call.Returns == typeof(Task))
        {
            return Task.CompletedTask;
        }

        var result = call.Returns.GetGenericArguments()[0];
        return typeof(Task).GetMethod(nameof(Task.FromResult))!.MakeGenericMethod(result).Invoke(null, [new RandomValues(3).Next(result)])!;
    }
}
