using System.Text;
using Grpc.Core;
using Orleans.MLOps.Features;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Tests.Security;

/// <summary>Keys that are limited to endpoints, at the gRPC doors.</summary>
public sealed class EndpointKeyGrpcTests(ScopedNode node) : IClassFixture<ScopedNode>
{
    private const string Only = "The API key 'mine' may only ask endpoints 'default/mine', 'team/yours' for inferences, predictions, descriptions and statistics.";
    private const string OpenInference = "inference.GRPCInferenceService/";

    private static readonly Tensor[] Inputs =
    [
        new() { Name = "INPUT0", Type = TensorType.Int64, Shape = [1, 1], Data = new byte[8] },
        new() { Name = "INPUT1", Type = TensorType.Bytes, Shape = [1, 1], Data = new byte[4] },
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ModelReady")]
    [InlineData("ModelMetadata")]
    [InlineData("ModelConfig")]
    [InlineData("ModelInfer")]
    [InlineData("ModelStatistics")]
    public async Task OpenInference_ByName_AnswersOwnModelOnly(string method)
    {
        Assert.Equal(StatusCode.OK, (await node.CallAsync(ScopedNode.MineKey, OpenInference + method, (1, "mine"))).Status);
        Assert.Equal(StatusCode.OK, (await node.CallAsync(ScopedNode.EveryKey, OpenInference + method, (1, "yours"))).Status);
        Assert.Equal(StatusCode.OK, (await node.CallAsync(LockedNode.CallerKey, OpenInference + method, (1, "yours"))).Status);
        foreach (var name in new[] { "yours", "nobody", "Mine", "mine ", "team/mine", "default/mine", "%6Dine", "*" })
        {
            var (status, _, detail) = await node.CallAsync(ScopedNode.MineKey, OpenInference + method, (1, name), (2, "1"));
            Assert.Equal((StatusCode.PermissionDenied, Only), (status, detail));
        }

        Assert.Equal(StatusCode.Unauthenticated, (await node.CallAsync(null, OpenInference + method, (1, "mine"))).Status);
    }

    [Theory]
    [InlineData("RepositoryIndex")]
    [InlineData("ModelStatistics")]
    public async Task OpenInference_Lists_ShowOwnModelsOnly(string method)
    {
        var mine = Encoding.UTF8.GetString((await node.CallAsync(ScopedNode.MineKey, OpenInference + method)).Reply);
        var all = Encoding.UTF8.GetString((await node.CallAsync(LockedNode.CallerKey, OpenInference + method)).Reply);

        Assert.Equal((true, false, true, true), (mine.Contains("mine", StringComparison.Ordinal), mine.Contains("yours", StringComparison.Ordinal), all.Contains("mine", StringComparison.Ordinal), all.Contains("yours", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task OpenInference_Stream_RefusesEachMessageForItself()
    {
        var answers = await node.StreamAsync(ScopedNode.MineKey, (1, "mine"), (1, "yours"), (1, "mine"));

        Assert.Contains(Only, answers[1], StringComparison.Ordinal);
        Assert.All([answers[0], answers[2]], answer => Assert.DoesNotContain("may only ask", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenInference_LoadAndUnload_AreForOperators()
    {
        foreach (var method in new[] { "RepositoryModelLoad", "RepositoryModelUnload" })
        {
            foreach (var key in new[] { ScopedNode.MineKey, ScopedNode.EveryKey, LockedNode.CallerKey })
            {
                Assert.Equal(StatusCode.PermissionDenied, (await node.CallAsync(key, OpenInference + method, (2, "mine"))).Status);
            }
        }

        Assert.Equal(StatusCode.OK, (await node.CallAsync(LockedNode.OperatorKey, OpenInference + "RepositoryModelLoad", (2, "mine"))).Status);
        Assert.Equal(StatusCode.OK, (await node.CallAsync(LockedNode.OperatorKey, OpenInference + "RepositoryModelUnload", (2, "nobody"))).Status);
    }

    [Fact]
    public async Task Serving_OwnEndpoint_IsAnswered()
    {
        using var mine = node.Connect(ScopedNode.MineKey);
        using var team = node.Connect(ScopedNode.TeamKey);

        Assert.Equal("v1", (await mine.Serving.InferAsync(new InferRequest { Endpoint = "mine", Inputs = Inputs }, Cancel)).Variant);
        Assert.Equal("mine", (await mine.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = "mine" }, Cancel)).Name);
        Assert.Equal("v1", (await team.Serving.InferAsync(new InferRequest { Project = "team", Endpoint = "mine", Label = "good", Inputs = Inputs }, Cancel)).Variant);
        Assert.Equal("v1", (await team.Serving.InferAsync(new InferRequest { Endpoint = "a/b", Inputs = Inputs }, Cancel)).Variant);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => mine.Serving.PredictAsync(new PredictRequest { Endpoint = "mine" }, Cancel));
        await Assert.ThrowsAsync<NotFoundException>(() => mine.Serving.DescribeAsync(new DescribeEndpoint { Project = "team", Endpoint = "yours" }, Cancel));
    }

    [Theory]
    [InlineData("default", "yours")]
    [InlineData("default", "nobody")]
    [InlineData("default", "Mine")]
    [InlineData("default", "mine ")]
    [InlineData("Default", "mine")]
    [InlineData("team", "mine")]
    [InlineData("default/mine", "mine")]
    [InlineData("default", "team/yours")]
    [InlineData("default", "%6Dine")]
    [InlineData("*", "*")]
    public async Task Serving_OtherEndpoint_IsPermissionDenied(string project, string endpoint)
    {
        using var client = node.Connect(ScopedNode.MineKey);

        await DeniedAsync(() => client.Serving.InferAsync(new InferRequest { Project = project, Endpoint = endpoint, Inputs = Inputs }, Cancel));
        await DeniedAsync(() => client.Serving.InferAsync(new InferRequest { Project = project, Endpoint = endpoint, Label = "good" }, Cancel));
        await DeniedAsync(() => client.Serving.PredictAsync(new PredictRequest { Project = project, Endpoint = endpoint }, Cancel));
        await DeniedAsync(() => client.Serving.DescribeAsync(new DescribeEndpoint { Project = project, Endpoint = endpoint }, Cancel));
        await using var session = await client.Serving.OpenSessionAsync(Cancel);
        await DeniedAsync(() => session.ServeAsync(new ServeRequest { Predict = new() { Project = project, Endpoint = endpoint } }, Cancel));
    }

    [Fact]
    public async Task Serving_ProjectAndNameThatTogetherSpellAKey_AreNotThatEndpoint()
    {
        using var client = node.Connect(ScopedNode.TeamKey);

        Assert.NotNull(await client.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = "a/b" }, Cancel));
        await Assert.ThrowsAsync<PermissionDeniedException>(() => client.Serving.DescribeAsync(new DescribeEndpoint { Project = "default/a", Endpoint = "b" }, Cancel));
        await Assert.ThrowsAsync<PermissionDeniedException>(() => client.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = "a%2Fb" }, Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Session_LabelsOrObservationsInside_ArePermissionDenied(bool observations)
    {
        using var client = node.Connect(ScopedNode.EveryKey);
        await using var session = await client.Serving.OpenSessionAsync(Cancel);
        var message = new ServeRequest
        {
            Predict = new() { Endpoint = "mine" },
            Labels = observations ? null : new LabelBatch { Endpoint = "mine", PredictionIds = ["x"], Values = [1] },
            Observations = observations ? new ObservationBatch { Keys = ["k"], ObservedAt = [DateTimeOffset.UnixEpoch], Values = [1] } : null,
        };

        var error = await Assert.ThrowsAsync<PermissionDeniedException>(() => session.ServeAsync(message, Cancel));

        Assert.Contains("need a key without endpoints", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OtherCalls_LimitedKey_ArePermissionDenied(bool every)
    {
        using var client = node.Connect(every ? ScopedNode.EveryKey : ScopedNode.MineKey);
        var deploy = new DeployEndpoint { Name = "mine", Model = "echo", Variants = [new() { Name = "v1", Version = 1 }], OperationId = "mine to change" };
        Func<Task>[] calls =
        [
            () => client.Serving.DeployAsync(deploy, Cancel),
            () => client.Serving.RollbackAsync("mine", "why", "1", cancellationToken: Cancel),
            () => client.Serving.RemoveAsync(new RemoveEndpoint { Name = "mine", OperationId = "1" }, Cancel),
            () => client.Serving.GetAsync("mine", cancellationToken: Cancel),
            () => client.Monitoring.LabelAsync(new LabelBatch { Endpoint = "mine", PredictionIds = ["x"], Values = [1] }, Cancel),
            () => client.Models.RegisterAsync(new RegisterModelVersion { Model = "echo", OperationId = "2", Builtin = "echo" }, Cancel),
            () => client.Experiments.ListAsync(cancellationToken: Cancel),
            () => client.Catalog.ListAsync(new() { Kind = "endpoint" }, Cancel),
            () => client.Silos.ListAsync(Cancel),
        ];

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<PermissionDeniedException>(call);
            Assert.Equal(StatusCode.PermissionDenied, Assert.IsType<RpcException>(error.InnerException).StatusCode);
            Assert.Contains("may only ask endpoint", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(StatusCode.PermissionDenied, (await node.CallAsync(ScopedNode.EveryKey, "no.such.Service/Call")).Status);
        Assert.Equal(StatusCode.PermissionDenied, (await node.CallAsync(ScopedNode.EveryKey, "orleans.mlops.v1.Serving/NoSuchCall")).Status);
        Assert.Equal(StatusCode.PermissionDenied, (await node.CallAsync(ScopedNode.EveryKey, "inference.GRPCInferenceService/NoSuchCall")).Status);
    }

    [Fact]
    public async Task Refusal_EscapedName_ReachesTheCallerAsItIs()
    {
        using var client = node.Connect(ScopedNode.TeamKey);

        var error = await Assert.ThrowsAsync<PermissionDeniedException>(() => client.Experiments.ListAsync(cancellationToken: Cancel));

        Assert.Contains("'team/mine', 'default/a%2Fb'", error.Message, StringComparison.Ordinal);
    }

    private static async Task DeniedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<PermissionDeniedException>(call);
        Assert.Equal((Only, StatusCode.PermissionDenied), (error.Message, Assert.IsType<RpcException>(error.InnerException).StatusCode));
    }
}
