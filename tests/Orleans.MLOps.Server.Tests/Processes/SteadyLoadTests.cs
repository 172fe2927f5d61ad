using System.Collections.Concurrent;
using System.Diagnostics;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Models;
using Orleans.MLOps.Server.Tests.Serving;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Tests.Processes;

/// <summary>Requests that come at their own pace, whether earlier ones are answered or not, while versions switch: what one that waits for its answers would not see.</summary>
public sealed class SteadyLoadTests(ITestOutputHelper output)
{
    private const string Endpoint = "switched";
    private const int PerSecond = 200;
    private const int Requests = 6 * PerSecond;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Infer_OpenLoopWhileVersionsSwitch_NoneFailsNoneIsStaleAndNoneIsMissing()
    {
        using var folder = new TemporaryFolder();
        await using var node = await ServerProcess.StartNodeAsync(folder.At("data"));
        using var client = MlopsGrpcClient.Connect(
            new GrpcClientOptions { Address = new($"http://127.0.0.1:{node.GrpcPort}"), Retries = 0, CircuitBreaker = null, Timeout = TimeSpan.FromSeconds(60) });
        await PrepareAsync(client);

        var switches = new ConcurrentQueue<Switch>([new(0, 0, 1)]);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var switching = SwitchAsync(client, switches, done.Token);
        var answers = await SendAsync(client);
        await done.CancelAsync();
        await switching;

        Switch[] all = [.. switches];
        Report(answers, all.Length - 1);
        Assert.True(all.Length > 3, $"{all.Length - 1} switches came in {Requests} requests.");
        Assert.Empty(answers.Select(answer => answer.Failure).OfType<Exception>());
        Assert.Equal(Enumerable.Range(0, Requests), answers.Select(answer => answer.Number).Order());
        Assert.DoesNotContain(answers, answer => IsStale(answer, all));
    }

    /// <summary>Whether an answer is neither of the version that was acknowledged last when it was asked for, nor of one whose change had begun until it came.</summary>
    private static bool IsStale(Answer answer, Switch[] switches)
    {
        var last = Array.FindLastIndex(switches, change => change.Acknowledged <= answer.Asked);
        return !switches.Skip(last).Where((change, i) => i == 0 || change.Begun <= answer.Done).Any(change => change.Version == answer.Version);
    }

    private static async Task PrepareAsync(GrpcMlopsClient client)
    {
        foreach (var operation in new[] { "1", "2" })
        {
            await using var file = File.OpenRead(Path.Combine(ServingNode.Models, "mlp", "1", "model.onnx"));
            var onnx = await client.Models.UploadAsync(file, Cancel);
            await client.Models.RegisterAsync(new RegisterModelVersion { Model = Endpoint, OperationId = operation, Onnx = onnx }, Cancel);
        }

        await DeployAsync(client, 1);
    }

    private static async Task SwitchAsync(GrpcMlopsClient client, ConcurrentQueue<Switch> switches, CancellationToken done)
    {
        for (var version = 2; !done.IsCancellationRequested; version = 3 - version)
        {
            var begun = Stopwatch.GetTimestamp();
            await DeployAsync(client, version);
            switches.Enqueue(new(begun, Stopwatch.GetTimestamp(), version));
        }
    }

    /// <summary>Every answer, in whatever order; the pace is that of the clock.</summary>
    private static async Task<Answer[]> SendAsync(GrpcMlopsClient client)
    {
        var sent = new List<Task<Answer>>(Requests);
        var begun = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (sent.Count < Requests && await pace.WaitForNextTickAsync(Cancel))
        {
            for (var due = Math.Min(Requests, (int)(Stopwatch.GetElapsedTime(begun).TotalSeconds * PerSecond)); sent.Count < due;)
            {
                sent.Add(AskAsync(client, sent.Count));
            }
        }

        return await Task.WhenAll(sent);
    }

    private static async Task<Answer> AskAsync(GrpcMlopsClient client, int number)
    {
        var asked = Stopwatch.GetTimestamp();
        try
        {
            var reply = await client.Serving.InferAsync(
                new InferRequest { Endpoint = Endpoint, Inputs = [new Tensor { Name = "input", Type = TensorType.Float32, Shape = [1, 16], Data = new byte[64] }] }, Cancel);
            return new(number, asked, Stopwatch.GetTimestamp(), reply.Version, null);
        }
        catch (Exception error)
        {
            return new(number, asked, Stopwatch.GetTimestamp(), 0, error);
        }
    }

    private void Report(Answer[] answers, int switches)
    {
        long[] done = [.. answers.Select(answer => answer.Done).Order()];
        var gap = Stopwatch.GetElapsedTime(0, done.Zip(done.Skip(1), (before, after) => after - before).Max());
        output.WriteLine($"{Requests} requests at {PerSecond}/s, {switches} switches, longest gap between answers {gap.TotalMilliseconds:f1} ms");
    }

    private static Task<EndpointInfo> DeployAsync(GrpcMlopsClient client, int version) => client.Serving.DeployAsync(
        new DeployEndpoint
        {
            Name = Endpoint, Model = Endpoint, Variants = [new VariantSpec { Name = "only", Version = version }], OperationId = Guid.NewGuid().ToString("N"),
        },
        Cancel);

    private sealed record Switch(long Begun, long Acknowledged, int Version);

    private sealed record Answer(int Number, long Asked, long Done, int Version, Exception? Failure);
}
