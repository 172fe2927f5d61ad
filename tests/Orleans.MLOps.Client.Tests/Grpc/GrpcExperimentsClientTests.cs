using Grpc.Core;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Datasets;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Tests.Grpc;

public sealed class GrpcExperimentsClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_TagsAreRemoved_IsSentOnceAndOthersAreRepeated()
    {
        var gateway = new LosesAnswers();
        var options = new GrpcClientOptions { Address = new("http://127.0.0.1:1"), Retries = 3, RetryDelay = TimeSpan.FromMilliseconds(1), CircuitBreaker = null };
        var datasets = CallProxy.Create<IDatasetsClient>((method, _) => throw new InvalidOperationException(method.Name));
        var client = new GrpcExperimentsClient(new W.Experiments.ExperimentsClient(gateway), datasets, new GrpcCalls(options, TimeProvider.System));
        (Func<Task> Call, int Sent)[] calls =
        [
            (() => client.UpdateAsync(new() { ExperimentId = 1, DeleteTags = ["t"] }, Token), 1),
            (() => client.UpdateLoggedModelAsync("m-1", new() { DeleteTags = ["t"] }, Token), 1),
            (() => client.UpdateAsync(new() { ExperimentId = 1, SetTags = new() { ["t"] = "v" } }, Token), 4),
            (() => client.UpdateLoggedModelAsync("m-1", new() { SetTags = new() { ["t"] = "v" } }, Token), 4),
        ];
        foreach (var (call, sent) in calls)
        {
            gateway.Sent = 0;
            await Assert.ThrowsAnyAsync<Exception>(call);
            Assert.Equal(sent, gateway.Sent);
        }
    }

    private sealed class LosesAnswers : CallInvoker
    {
        public int Sent { get; set; }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Sent++;
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "the answer was lost"));
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
