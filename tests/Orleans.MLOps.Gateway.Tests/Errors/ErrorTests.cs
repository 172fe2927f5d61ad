using Grpc.Core;
using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Gateway.Errors;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Tests.Errors;

public sealed class ErrorTests
{
    private const string Message = "column 'Größe' is text: a number is required.";
    private const string Field = "columns[1].größe";

    public static TheoryData<ErrorCode> Codes => [.. Enum.GetValues<ErrorCode>()];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Call_EachKindOfError_ArrivesAsTheSameTypedException(ErrorCode code)
    {
        await using var host = await GatewayHost.StartAsync();
        var thrown = TypedErrors.Create(code, Message, Field);
        host.Platform.Handler = (_, _) => throw thrown;
        var unary = await Assert.ThrowsAnyAsync<MLOpsException>(() => host.Client.Models.GetAsync("m", cancellationToken: Token));
        AssertSame(thrown, unary);
        var upload = await Assert.ThrowsAnyAsync<MLOpsException>(() => host.Client.Experiments.LogArtifactAsync("r", "p", new MemoryStream([1]), Token));
        AssertSame(thrown, upload);
        Assert.Empty(host.Log.Lines);
    }

    [Theory]
    [InlineData(ErrorCode.NotFound, StatusCode.NotFound)]
    [InlineData(ErrorCode.AlreadyExists, StatusCode.AlreadyExists)]
    [InlineData(ErrorCode.InvalidInput, StatusCode.InvalidArgument)]
    [InlineData(ErrorCode.FailedPrecondition, StatusCode.FailedPrecondition)]
    [InlineData(ErrorCode.PermissionDenied, StatusCode.PermissionDenied)]
    [InlineData(ErrorCode.ResourceExhausted, StatusCode.ResourceExhausted)]
    [InlineData(ErrorCode.Unavailable, StatusCode.Unavailable)]
    [InlineData(ErrorCode.DataLoss, StatusCode.DataLoss)]
    [InlineData(ErrorCode.DeadlineExceeded, StatusCode.DeadlineExceeded)]
    public void Of_EachCode_HasItsStatus(ErrorCode code, StatusCode status) => Assert.Equal(status, StatusTable.Of(code));

    [Fact]
    public async Task Call_WithoutField_ArrivesWithoutField()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, _) => throw new NotFoundException("gone");
        Assert.Null((await Assert.ThrowsAsync<NotFoundException>(() => host.Client.Models.GetAsync("m", cancellationToken: Token))).Field);
    }

    [Fact]
    public async Task Call_UnexpectedError_IsInternalWithAnIdThatTheLogHas()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, _) => throw new InvalidCastException("the inside");
        var error = await Assert.ThrowsAsync<RpcException>(() => host.Client.Models.GetAsync("m", cancellationToken: Token));
        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.DoesNotContain("inside", error.Status.Detail, StringComparison.Ordinal);
        var (message, logged) = Assert.Single(host.Log.Lines);
        Assert.Contains(error.Status.Detail[^33..^1], message, StringComparison.Ordinal);
        Assert.IsType<InvalidCastException>(logged);
    }

    [Fact]
    public async Task Call_OverloadedGrain_IsResourceExhausted()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, _) => throw new LimitExceededException("queue");
        await Assert.ThrowsAsync<ResourceExhaustedException>(() => host.Client.Models.GetAsync("m", cancellationToken: Token));
    }

    [Fact]
    public async Task Call_GrainTimeout_IsTimeout()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, _) => throw new TimeoutException("30 s");
        await Assert.ThrowsAsync<TimeoutException>(() => host.Client.Models.GetAsync("m", cancellationToken: Token));
    }

    [Fact]
    public async Task Call_SiloAwayTwice_IsRepeatedUntilItAnswers()
    {
        await using var host = await GatewayHost.StartAsync();
        var calls = 0;
        host.Platform.Handler = (_, _) => ++calls < 3
            ? throw new SiloUnavailableException("leaving")
            : Task.FromResult(new ModelInfo { Project = "p", Name = "m" });
        Assert.Equal("m", (await host.Client.Models.GetAsync("m", cancellationToken: Token)).Name);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Call_SiloStaysAway_EndsAfterTheRetries()
    {
        await using var host = await GatewayHost.StartAsync();
        var calls = 0;
        host.Platform.Handler = (_, _) => ++calls > 0 ? throw new SiloUnavailableException("leaving") : null;
        await Assert.ThrowsAsync<UnavailableException>(() => host.Client.Models.GetAsync("m", cancellationToken: Token));
        Assert.Equal(4, calls);
    }

    [Fact]
    public async Task Call_NotIdempotent_IsMadeOnce()
    {
        await using var host = await GatewayHost.StartAsync();
        var calls = 0;
        host.Platform.Handler = (_, _) => ++calls > 0 ? throw new UnavailableException("away") : null;
        await Assert.ThrowsAsync<UnavailableException>(() => host.Client.Experiments.UpdateRunAsync("r", new(), Token));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task LogAsync_GatewayAwayForAMoment_RepeatsTheBatchUnderOneName()
    {
        await using var host = await GatewayHost.StartAsync();
        var names = new List<string?>();
        host.Platform.Handler = (_, arguments) =>
        {
            names.Add(((LogBatch)arguments[1]!).OperationId);
            return names.Count == 1 ? throw new UnavailableException("away") : Task.CompletedTask;
        };
        await host.Client.Experiments.LogAsync("r", new(), Token);
        Assert.NotNull(names[0]);
        Assert.Equal(names[0], names[1]);
    }

    [Fact]
    public async Task Call_NoAnswerWithinTheTimeout_IsTimeoutAndCancelsTheWork()
    {
        await using var host = await GatewayHost.StartAsync();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Platform.Handler = (_, arguments) => Hang(cancelled, (CancellationToken)arguments[^1]!);
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = host.Address, Retries = 1, Timeout = TimeSpan.FromMilliseconds(50) });
        await Assert.ThrowsAsync<TimeoutException>(() => client.Models.GetAsync("m", cancellationToken: Token));
        await cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Call_CancelledByTheCaller_IsCancelledOnBothSides()
    {
        await using var host = await GatewayHost.StartAsync();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var source = new CancellationTokenSource();
        host.Platform.Handler = (_, arguments) =>
        {
            var hanging = Hang(cancelled, (CancellationToken)arguments[^1]!);
            source.Cancel();
            return hanging;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Client.Models.GetAsync("m", cancellationToken: source.Token));
        await cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Call_MessageTooLarge_IsRefusedByTheSdkWithBothSizes()
    {
        await using var host = await GatewayHost.StartAsync();
        var request = new PredictRequest { Endpoint = "e", Columns = [new() { Name = "x", Numbers = new double[600_000] }] };
        var error = await Assert.ThrowsAsync<ResourceExhaustedException>(() => host.Client.Serving.PredictAsync(request, Token));
        Assert.Contains("4194304", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_MessageTooLargeWithoutTheSdk_IsResourceExhausted()
    {
        await using var host = await GatewayHost.StartAsync();
        var request = new W.PredictRequest { Endpoint = "e", Columns = { new W.FeatureColumn { Numbers = { new double[600_000] } } } };
        var client = new W.Serving.ServingClient(host.Channel);
        var error = await Assert.ThrowsAsync<RpcException>(() => client.PredictAsync(request, cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Contains("maximum", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_UnknownEnumNumber_NamesTheFieldAndReachesNobody()
    {
        await using var host = await GatewayHost.StartAsync();
        var client = new W.Experiments.ExperimentsClient(host.Channel);
        var error = await Assert.ThrowsAsync<RpcException>(
            () => client.SetLifecycleAsync(new() { Lifecycle = (W.Lifecycle)9 }, cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("lifecycle", error.Trailers.GetValue("mlops-error-field"));
        Assert.Equal("InvalidInput", error.Trailers.GetValue("mlops-error-code"));
    }

    private static async Task<ModelInfo> Hang(TaskCompletionSource cancelled, CancellationToken token)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, token);
        }
        finally
        {
            cancelled.TrySetResult();
        }

        throw new InvalidOperationException("The wait ended without a cancellation.");
    }

    private static void AssertSame(MLOpsException expected, MLOpsException actual)
    {
        Assert.Equal(expected.GetType(), actual.GetType());
        Assert.Equal((expected.Code, expected.Message, expected.Field), (actual.Code, actual.Message, actual.Field));
    }
}
