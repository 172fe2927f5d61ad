using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;
using Orleans.Storage;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class EndpointTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    [Fact]
    public async Task Predict_MoreBytesOfColumnsThanAllowed_IsRefusedAndRecordsNothing()
    {
        var name = await platform.ServeAsync();
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { LogPolicy = LogPolicy.Durable, Limits = new() { Bytes = 1000 }, OperationId = "limited" });

        await platform.PredictAsync(name, 1);
        var request = ServingSamples.Request(name, [1], [new string('a', 1000)]);
        Assert.Equal("columns", (await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.PredictAsync(request))).Field);

        Assert.Equal(1, (await platform.ReportAsync(name)).Predictions);
    }

    [Fact]
    public async Task Predict_Deployed_AnswersAsTheModelDoes()
    {
        var name = await platform.ServeAsync();
        var reply = await platform.Client.Serving.PredictAsync(
            ServingSamples.Request(name, [0.5, double.NaN, -3], ["a", "", "never seen"]) with { ReturnFeatures = true });

        Assert.Equal(Score(1, [0.5, double.NaN, -3], ["a", "", "never seen"]), reply.Probabilities.Select(value => (float)value));
        Assert.Equal([1, 1, 1], reply.ModelVersions);
        Assert.Equal(3, reply.PredictionIds.Distinct().Count());
        Assert.Equal(["x", "c"], reply.Features.Select(column => column.Name));
        Assert.Equal([0.5, double.NaN, -3], reply.Features[0].Numbers!);
    }

    [Fact]
    public async Task Predict_TwoVariants_SplitsRowsByWeightAndEachIsAnsweredByItsOwn()
    {
        var name = ReplayPlatform.NewName();
        await platform.RegisterAsync(name, 1);
        await platform.RegisterAsync(name, 2);
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name) with
        {
            Variants = [new() { Name = "a", Version = 1, Weight = 3 }, new() { Name = "b", Version = 2, Weight = 1 }],
        });
        double[] x = [.. Enumerable.Range(0, 1000).Select(i => i / 100.0)];
        string[] c = [.. x.Select(_ => "a")];

        var reply = await platform.Client.Serving.PredictAsync(ServingSamples.Request(name, x, c));

        Assert.InRange(reply.ModelVersions.Count(version => version == 1), 700, 800);
        float[][] alone = [Score(1, x, c), Score(2, x, c)];
        Assert.All(Enumerable.Range(0, x.Length), row => Assert.Equal(alone[reply.ModelVersions[row] - 1][row], (float)reply.Probabilities[row], 1e-6f));
        Assert.Equal((reply.ModelVersions.Count(version => version == 1), 1000), ((int)(await platform.ReportAsync(name)).Predictions, (int)((await platform.ReportAsync(name)).Predictions + (await platform.ReportAsync(name, 2)).Predictions)));
    }

    [Fact]
    public async Task Deploy_Repeated_ChangesOnce()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        var command = ReplayPlatform.Command(name, 2) with { ExpectedRevision = 1 };

        await platform.Client.Serving.DeployAsync(command);
        var again = await platform.Client.Serving.DeployAsync(command);

        Assert.Equal((2, 2), (again.Revision, again.History.Length));
        Assert.Equal(2, (await platform.PredictAsync(name, 1)).ModelVersions[0]);
    }

    [Fact]
    public async Task Get_AnotherActivationHasWritten_AnswersWhatIsStoredAndMakesWay()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        var endpoint = platform.Silo.Grains.GetGrain<IEndpointGrain>(new EndpointKey("default", name).ToString()).GetGrainId();
        var storage = platform.Silo.Services.GetRequiredKeyedService<IGrainStorage>(GrainServices.StateStorage);
        var stored = new GrainState<EndpointState>();
        await storage.ReadStateAsync(EndpointGrain.StateName, endpoint, stored);
        stored.State!.Info = stored.State.Info! with { Revision = 7 };
        await storage.WriteStateAsync(EndpointGrain.StateName, endpoint, stored);

        var read = await platform.Client.Serving.GetAsync(name);
        var deployed = await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 2) with { ExpectedRevision = 7 });

        Assert.Equal((7, false), (read.Revision, read.Unconfirmed));
        Assert.Equal(8, deployed.Revision);
    }

    [Fact]
    public async Task DeleteVersion_ThatIsServedOrCanBeRolledBackTo_IsRefused()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        await platform.RegisterAsync(name, 3);
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 2) with { ExpectedRevision = 1 });

        var serving = await Assert.ThrowsAsync<FailedPreconditionException>(() => platform.Client.Models.DeleteVersionAsync(name, 2));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => platform.Client.Models.DeleteVersionAsync(name, 1));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => platform.Client.Models.DeleteAsync(name));

        Assert.Contains(name, serving.Message, StringComparison.Ordinal);
        await platform.Client.Models.DeleteVersionAsync(name, 3);
    }

    [Fact]
    public async Task Deploy_AnotherCommandUnderAUsedId_IsRefused()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        var command = ReplayPlatform.Command(name, 2);
        await platform.Client.Serving.DeployAsync(command);

        var other = await Assert.ThrowsAsync<AlreadyExistsException>(
            () => platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { OperationId = command.OperationId }));
        var back = await Assert.ThrowsAsync<AlreadyExistsException>(() => platform.Client.Serving.RollbackAsync(name, "why", command.OperationId));

        Assert.Equal(("operation_id", "operation_id"), (other.Field, back.Field));
        Assert.Contains("cannot do something else", other.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await platform.Client.Serving.DeployAsync(command with { Reason = "in other words" })).Revision);
    }

    [Fact]
    public async Task Rollback_OneCall_MovesRouteAndChampion()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        await PointAsync(name, null, 1);
        await platform.DeployAsync(name, LogPolicy.Durable, 2);
        await PointAsync(name, 1, 2);

        var back = await platform.Client.Serving.RollbackAsync(name, "worse", "back");
        var again = await platform.Client.Serving.RollbackAsync(name, "worse", "back");

        Assert.Equal((3, 3), (back.Revision, again.Revision));
        Assert.Equal(1, (await platform.PredictAsync(name, 1)).ModelVersions[0]);
        var model = await platform.Client.Models.GetAsync(name);
        Assert.Equal(1, Assert.Single(model.Aliases, alias => alias.Name == "champion").Version);
        Assert.Equal("worse", model.History[^1].Reason);
        await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.RollbackAsync(name, "worse", " "));
    }

    [Fact]
    public async Task Deploy_RefusedVersion_IsRefusedAndNothingIsThere()
    {
        var name = ReplayPlatform.NewName();
        await platform.RegisterAsync(name, 1, passes: false);

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => platform.DeployAsync(name, LogPolicy.Durable, 1));

        Assert.Contains("may not serve", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Client.Serving.GetAsync(name));
    }

    [Fact]
    public async Task Deploy_ForeignVersion_IsRefusedAndNothingIsThere()
    {
        var name = ReplayPlatform.NewName();
        await platform.Client.Models.RegisterAsync(new RegisterModelVersion { Model = name, OperationId = "a", Source = "s3://bucket/model" });

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => platform.DeployAsync(name, LogPolicy.Durable, 1));

        Assert.Contains("foreign model at 's3://bucket/model'", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Client.Serving.GetAsync(name));
    }

    [Fact]
    public async Task Rollback_GatesRefuseTheFormerChampion_MovesItAllTheSame()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        await PointAsync(name, null, 1);
        await platform.DeployAsync(name, LogPolicy.Durable, 2);
        await PointAsync(name, 1, 2);
        await platform.Client.Models.SetGatesAsync(
            new SetGates { Model = name, Alias = "champion", Gates = [new PromotionGate { Kind = GateKind.MetricAtLeast, Metric = "auc", Bound = 2 }] });

        await platform.Client.Serving.RollbackAsync(name, "worse", "back");

        var model = await platform.Client.Models.GetAsync(name);
        Assert.Equal((1, true), (Assert.Single(model.Aliases, alias => alias.Name == "champion").Version, model.History[^1].Rollback));
    }

    [Fact]
    public async Task Deploy_OtherBytesUnderTheDigest_IsDataLossAndTheFormerRouteStays()
    {
        var name = await platform.ServeAsync();
        // A network of its own, so that no other test shares the damaged blob.
        var network = ServingSamples.Network with { Hidden = [5] };
        var second = await platform.RegisterAsync(name, 2, network: network);
        var path = platform.Blobs.GetLocalPath(second.Onnx!.Digest);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        File.SetAttributes(path, FileAttributes.Normal);
        await File.WriteAllBytesAsync(path, bytes);

        var error = await Assert.ThrowsAsync<DataLossException>(() => platform.DeployAsync(name, LogPolicy.Durable, 2));

        Assert.Contains(second.Onnx.Digest, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await platform.Client.Serving.GetAsync(name)).Revision);
        Assert.Equal(1, (await platform.PredictAsync(name, 1)).ModelVersions[0]);
    }

    [Fact]
    public async Task Deploy_BytesOfAVersionAreGone_IsDataLossThatNamesTheVersion()
    {
        var name = await platform.ServeAsync();
        var second = await platform.RegisterAsync(name, 2, network: ServingSamples.Network with { Hidden = [6] });
        File.Delete(platform.Blobs.GetLocalPath(second.Onnx!.Digest));

        var error = await Assert.ThrowsAsync<DataLossException>(() => platform.DeployAsync(name, LogPolicy.Durable, 2));

        Assert.Contains(second.Onnx.Digest, error.Message, StringComparison.Ordinal);
        Assert.Contains($"version 2 of model '{name}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_BadFeatures_WritesNothing()
    {
        var name = await platform.ServeAsync();

        await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.PredictAsync(
            new PredictRequest { Endpoint = name, Columns = [ServingSamples.Numbers("x", 1)] }));
        await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.PredictAsync(ServingSamples.Request(name, [double.PositiveInfinity], ["a"])));
        await using var session = await platform.Client.Serving.OpenSessionAsync();
        var id = (await platform.PredictAsync(name, 1)).PredictionIds[0];
        await Assert.ThrowsAsync<InvalidInputException>(() => session.ServeAsync(new ServeRequest
        {
            Predict = new PredictRequest { Endpoint = name, Columns = [ServingSamples.Numbers("x", 1)] },
            Labels = new LabelBatch { Endpoint = name, PredictionIds = [id], Values = [1], ObservedAt = [platform.Clock.GetUtcNow()] },
        }));
        await Assert.ThrowsAsync<InvalidInputException>(() => session.ServeAsync(new ServeRequest
        {
            Predict = new PredictRequest { Endpoint = name },
            Observations = new ObservationBatch { Keys = ["a"], Values = [1], ObservedAt = [platform.Clock.GetUtcNow()] },
        }));

        var report = await platform.ReportAsync(name);
        Assert.Equal((1, 0), (report.Predictions, report.Labelled));
    }

    [Fact]
    public async Task UnknownNames_Everywhere_AreNotFound()
    {
        var name = await platform.ServeAsync();
        var (serving, monitoring, pipelines) = (platform.Client.Serving, platform.Client.Monitoring, platform.Client.Pipelines);

        await MissingAsync(() => serving.DeployAsync(ReplayPlatform.Command("nothing", 1)));
        await MissingAsync(() => serving.DeployAsync(ReplayPlatform.Command(name, 9)));
        await MissingAsync(() => serving.DeployAsync(ReplayPlatform.Command(name, 1) with { FeatureView = "nothing" }));
        await MissingAsync(() => serving.GetAsync("nothing"));
        await MissingAsync(() => serving.RollbackAsync("nothing", "why", "o"));
        await MissingAsync(() => serving.PredictAsync(ServingSamples.Request("nothing", [1], ["a"])));
        await MissingAsync(() => platform.LabelAsync("nothing", ("0123456789abcdef0123456789abcdef", 1)));
        await MissingAsync(() => monitoring.FlushAsync("nothing"));
        await MissingAsync(() => monitoring.GetReportAsync("nothing", 1));
        await MissingAsync(() => monitoring.GetReportAsync(name, 2));
        await MissingAsync(() => monitoring.ConfigureAsync(new MonitorOptions { Endpoint = "nothing" }));
        await MissingAsync(() => pipelines.ConfigureAsync(Pipelines.PolicySamples.Good with { Endpoint = "nothing" }));
        await MissingAsync(() => pipelines.DisableAsync("nothing"));
        await MissingAsync(() => pipelines.WakeAsync("nothing"));
        await MissingAsync(() => pipelines.ListRunsAsync("nothing"));
        await MissingAsync(() => monitoring.ListAlertsAsync("nothing"));
        await pipelines.DisableAsync(name);
        await pipelines.WakeAsync(name);
        Assert.Empty(await pipelines.ListRunsAsync(name));
        Assert.Empty(await monitoring.ListAlertsAsync(name));
        Assert.Equal(1, (await serving.GetAsync(name)).Revision);

        static async Task MissingAsync(Func<Task> call)
        {
            var error = await Assert.ThrowsAnyAsync<MLOpsException>(call);
            Assert.Equal(ErrorCode.NotFound, error.Code);
        }
    }

    [Fact]
    public async Task List_UnknownKind_IsRefusedWithTheKnownOnes()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Catalog.ListAsync(new() { Kind = "endpoints" }));

        Assert.Equal("kind", error.Field);
        Assert.Contains("dataset-version, endpoint, job", error.Message, StringComparison.Ordinal);
    }

    private Task<ModelInfo> PointAsync(string model, int? from, int to) => platform.Client.Models.SetAliasAsync(
        new SetAlias { Model = model, Alias = "champion", Version = to, ExpectedVersion = from, OperationId = $"point/{to}" });

    private static float[] Score(int version, double[] x, string[] c)
    {
        using var model = ServingSamples.Load(version, ReplayPlatform.SeedOf(version));
        return model.Score([x], [c], x.Length);
    }
}
