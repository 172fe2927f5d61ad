using System.Net.Http.Json;
using System.Text.Json;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Durability.Tests;

public sealed class RestLoggingTests : IDisposable
{
    private const int Clients = 64;
    private const int Runs = 8;
    private const int Kills = 4;
    private const int MostCalls = 2000;

    private readonly TemporaryFolder _folder = new();
    private readonly int _seed = DurabilitySeed.Take();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>To replay a run: set the variable to the seed that it printed.</summary>
    [Fact]
    public async Task Kill_While64ClientsLogOverMlflowsRest_EveryAcknowledgedPointStandsOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        Say($"{DurabilitySeed.Variable}={_seed}");
        var random = new Random(_seed);
        RestLogger[]? loggers = null;
        var inDoubt = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var node = await ServerProcess.StartNodeAsync(_folder.Path);
            using var http = Connect(node);
            loggers ??= await PrepareAsync(http);
            await LiveAndDieAsync(node, http, loggers, random.Next(1, MostCalls));
            inDoubt += loggers.Count(logger => logger.IsInDoubt);
        }

        await using var last = await ServerProcess.StartNodeAsync(_folder.Path);
        using var again = Connect(last);
        await Task.WhenAll(loggers!.Select(logger => logger.SettleAsync(again)));
        await Task.WhenAll(loggers!.Select(logger => logger.VerifyAsync(again)));
        Say($"{loggers!.Sum(logger => logger.Acknowledged)} points, {inDoubt} calls in doubt");
        Assert.True(inDoubt > 0, "No kill came while a call was under way.");
    }

    private static HttpClient Connect(ServerProcess node) => new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = node.Address("/") };

    private static async Task<RestLogger[]> PrepareAsync(HttpClient http)
    {
        var runs = new List<string>();
        for (var i = 0; i < Runs; i++)
        {
            using var reply = await http.PostAsJsonAsync("/api/2.0/mlflow/runs/create", new { experiment_id = "0" }, Cancel);
            runs.Add((await reply.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!);
        }

        return [.. Enumerable.Range(0, Clients).Select(client => new RestLogger(runs[client % Runs], $"loss-{client}"))];
    }

    /// <summary>All clients log; the node is killed when so many calls have been acknowledged.</summary>
    private static async Task LiveAndDieAsync(ServerProcess node, HttpClient http, RestLogger[] loggers, int calls)
    {
        var left = calls;
        var moment = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = Task.WhenAll(loggers.Select(logger => logger.RunAsync(http, () =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                moment.SetResult();
            }
        })));
        await Patience.ForAsync("enough calls", Task.WhenAny(moment.Task, work), Cancel);
        node.Signal(ServerProcess.Kill);
        await node.WaitForExitAsync();
        await Patience.ForAsync("the clients to notice the kill", work, Cancel);
    }

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
