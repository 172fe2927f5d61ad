using System.Collections.Concurrent;
using System.Diagnostics;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>Requests that come at a steady pace, whether earlier ones are answered or not, while the endpoint's version is switched to and fro.</summary>
/// <param name="Requests">How many were sent.</param>
/// <param name="Switches">How many changes were acknowledged.</param>
/// <param name="Failed">Requests that failed.</param>
/// <param name="Stale">Answers of a version that was replaced before the request was sent.</param>
/// <param name="LongestGap">The longest time without an answer.</param>
internal sealed record Switching(int Requests, int Switches, int Failed, int Stale, TimeSpan LongestGap)
{
    public const int PerSecond = 500;

    private const string Endpoint = "switched";
    private const int OfVersion = 2;

    private static readonly TimeSpan BetweenSwitches = TimeSpan.FromMilliseconds(150);

    public static async Task<Switching> RunAsync(ServingPlan plan, ServerProcess node, TextWriter progress)
    {
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Grpc, Retries = 0 });
        for (var version = 1; version <= OfVersion; version++)
        {
            using var content = File.OpenRead(MlpRequest.File);
            var onnx = await client.Models.UploadAsync(content);
            await client.Models.RegisterAsync(new() { Model = Endpoint, Onnx = onnx, OperationId = $"{Endpoint}-{version}" });
        }

        await DeployAsync(client, 1);
        await SendAsync(client, plan.WarmUp, null);
        var acknowledged = new ConcurrentQueue<(long At, int Version)>([(0, 1)]);
        using var stop = new CancellationTokenSource();
        var switching = SwitchAsync(client, acknowledged, stop.Token);
        var answers = await SendAsync(client, plan.WarmUp * 3, stop);
        await switching;
        var result = Judge(answers, [.. acknowledged]);
        await progress.WriteLineAsync($"  {result.Requests} requests at {PerSecond}/s, {result.Switches} switches: {result.Failed} failed, {result.Stale} stale, longest gap {result.LongestGap.TotalMilliseconds:f1} ms");
        return result;
    }

    private static Switching Judge(IReadOnlyCollection<Answer> answers, (long At, int Version)[] acknowledged)
    {
        var stale = answers.Count(answer => answer.Version is { } version && !MayAnswer(acknowledged, answer, version));
        long[] done = [.. answers.Where(answer => answer.Version is not null).Select(answer => answer.Done).Order()];
        var gap = done.Zip(done.Skip(1), (before, after) => after - before).DefaultIfEmpty().Max();
        return new(answers.Count, acknowledged.Length - 1, answers.Count(answer => answer.Version is null), stale, Stopwatch.GetElapsedTime(0, gap));
    }

    /// <summary>Whether a version may answer: the last that was acknowledged when the request was sent, or one whose change was under way until it was answered.</summary>
    private static bool MayAnswer((long At, int Version)[] acknowledged, Answer answer, int version)
    {
        var last = Array.FindLastIndex(acknowledged, change => change.At <= answer.Sent);
        for (var i = last; i < acknowledged.Length; i++)
        {
            if (acknowledged[i].Version == version)
            {
                return true;
            }

            // The change after this one begins at some moment after this one was acknowledged.
            if (acknowledged[i].At > answer.Done)
            {
                return false;
            }
        }

        return false;
    }

    private static async Task SwitchAsync(GrpcMlopsClient client, ConcurrentQueue<(long At, int Version)> acknowledged, CancellationToken stop)
    {
        for (var version = OfVersion; !stop.IsCancellationRequested; version = 1 + (version % OfVersion))
        {
            await DeployAsync(client, version);
            acknowledged.Enqueue((Stopwatch.GetTimestamp(), version));
            await Task.Delay(BetweenSwitches, CancellationToken.None);
        }
    }

    private static async Task<IReadOnlyCollection<Answer>> SendAsync(GrpcMlopsClient client, TimeSpan duration, CancellationTokenSource? stop)
    {
        var answers = new ConcurrentBag<Answer>();
        var sent = new List<Task>();
        var request = MlpRequest.Record(Endpoint);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration)
        {
            while (sent.Count < clock.Elapsed.TotalSeconds * PerSecond)
            {
                sent.Add(AskAsync());
            }

            await Task.Delay(1);
        }

        await Task.WhenAll(sent);
        await (stop?.CancelAsync() ?? Task.CompletedTask);
        return answers;

        async Task AskAsync()
        {
            var at = Stopwatch.GetTimestamp();
            try
            {
                var reply = await client.Serving.InferAsync(request);
                answers.Add(new(at, Stopwatch.GetTimestamp(), reply.Version));
            }
            catch (Exception)
            {
                answers.Add(new(at, Stopwatch.GetTimestamp(), null));
            }
        }
    }

    private static Task<EndpointInfo> DeployAsync(GrpcMlopsClient client, int version) => client.Serving.DeployAsync(new()
    {
        Name = Endpoint,
        Model = Endpoint,
        Variants = [new() { Name = "only", Version = version }],
        OperationId = Guid.NewGuid().ToString("N"),
    });

    /// <param name="Sent">When it was asked.</param>
    /// <param name="Done">When it was answered.</param>
    /// <param name="Version">Who answered; null when it failed.</param>
    private sealed record Answer(long Sent, long Done, int? Version);
}
