using System.Collections.Concurrent;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Models;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Cluster.Tests;

/// <summary>Tensors of many callers under load, each with a key of its own, through both of two silos.</summary>
[Collection(TestCluster.OneAtATime)]
public sealed class StickyServingTests
{
    private const string Endpoint = "sticky";
    private const int Keys = 64;
    private const int CallersEach = 4;

    private static readonly TimeSpan OlderThanRoutes = TimeSpan.FromSeconds(1.5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ServerProcess.Kill)]
    [InlineData(ServerProcess.Stop)]
    public async Task Infer_OneOfTwoSilosGoesUnderLoad_OnlyItsOwnCallersFailAndKeysStayWithTheirVariants(int signal)
    {
        await using var cluster = await TestCluster.StartAsync("all", "all");
        using var first = Connect(cluster.Gateways[0]);
        using var second = Connect(cluster.Gateways[1]);
        await DeployAsync(first);
        var variants = await AssignAsync(first);
        Assert.Equal(variants, await AssignAsync(second));
        Assert.Equal(["a", "b"], variants.Distinct().Order());

        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var survivor = new Calls();
        var victim = new Calls();
        Task[] callers =
        [
            .. Enumerable.Range(0, CallersEach).Select(caller => CallAsync(first, variants, caller, survivor, done.Token)),
            .. Enumerable.Range(0, CallersEach).Select(caller => CallAsync(second, variants, caller, victim, done.Token)),
        ];
        await ReachAsync(survivor, survivor.Answered + 200);
        cluster.Node(1).Signal(signal);

        // Until the silo is declared dead the survivor cannot ask it anything, and its routes have become old meanwhile.
        var dead = cluster.WaitUntilDeadAsync(1);
        await Task.Delay(OlderThanRoutes, Cancel);
        Assert.NotSame(dead, await Task.WhenAny(ReachAsync(survivor, survivor.Answered + 200), dead));
        await dead;
        await ReachAsync(survivor, survivor.Answered + 200);
        await done.CancelAsync();
        await Task.WhenAll(callers);

        Assert.Empty(survivor.Failures);
        Assert.DoesNotContain(victim.Failures, failure => failure is not UnavailableException);
        Assert.True(victim.Answered > 0);
        Assert.Equal(variants, await AssignAsync(first));
    }

    private static GrpcMlopsClient Connect(Uri gateway) =>
        MlopsGrpcClient.Connect(new GrpcClientOptions { Address = gateway, Retries = 0, CircuitBreaker = null, Timeout = TimeSpan.FromSeconds(60) });

    private static async Task DeployAsync(GrpcMlopsClient client)
    {
        var onnx = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "samples", "models", "mlp", "1", "model.onnx"), Cancel);
        foreach (var operation in new[] { "1", "2" })
        {
            var uploaded = await client.Models.UploadAsync(new MemoryStream(onnx), Cancel);
            await client.Models.RegisterAsync(new RegisterModelVersion { Model = Endpoint, OperationId = operation, Onnx = uploaded }, Cancel);
        }

        await client.Serving.DeployAsync(
            new DeployEndpoint
            {
                Name = Endpoint,
                Model = Endpoint,
                Variants = [new VariantSpec { Name = "a", Version = 1 }, new VariantSpec { Name = "b", Version = 2 }],
                OperationId = "deploy",
            },
            Cancel);
    }

    private static async Task<string[]> AssignAsync(GrpcMlopsClient client)
    {
        var variants = new string[Keys];
        for (var key = 0; key < Keys; key++)
        {
            variants[key] = (await client.Serving.InferAsync(Request(key), Cancel)).Variant;
        }

        return variants;
    }

    private static async Task CallAsync(GrpcMlopsClient client, string[] variants, int caller, Calls calls, CancellationToken done)
    {
        for (var number = caller; !done.IsCancellationRequested; number += CallersEach)
        {
            var key = number % Keys;
            try
            {
                var reply = await client.Serving.InferAsync(Request(key), done);
                calls.OnAnswer(reply.Variant == variants[key] ? null : new InvalidOperationException($"key {key} moved from variant {variants[key]} to {reply.Variant}"));
            }
            catch (Exception) when (done.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                calls.Failures.Enqueue(error);
                if (error is UnavailableException)
                {
                    // Its silo is gone, and this caller with it.
                    return;
                }
            }
        }
    }

    private static InferRequest Request(int key) => new()
    {
        Endpoint = Endpoint,
        AffinityKey = $"user-{key}",
        Inputs = [new Tensor { Name = "input", Type = TensorType.Float32, Shape = [1, 16], Data = new byte[16 * sizeof(float)] }],
    };

    private static async Task ReachAsync(Calls calls, long answers)
    {
        while (calls.Answered < answers)
        {
            await Task.Delay(5, Cancel);
        }
    }

    private sealed class Calls
    {
        private long _answered;

        public ConcurrentQueue<Exception> Failures { get; } = new();

        public long Answered => Interlocked.Read(ref _answered);

        public void OnAnswer(Exception? wrong)
        {
            if (wrong is not null)
            {
                Failures.Enqueue(wrong);
            }

            Interlocked.Increment(ref _answered);
        }
    }
}
