using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Cluster.Tests.Histories.Faults;
using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Cluster.Tests.Histories.Workloads;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Histories;

/// <summary>Clients work on a cluster while faults happen to it; afterwards their histories are checked, in the manner of Jepsen.</summary>
[Collection(TestCluster.OneAtATime)]
public sealed class HistoryTests
{
    private static readonly TimeSpan SayEvery = TimeSpan.FromMinutes(1);

    private readonly HistorySettings _settings = HistorySettings.Read();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_WhileFaultsHappen_KeepsEveryPromise()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        Say($"{HistorySettings.SeedVariable}={_settings.Seed}, {_settings.Length.TotalMinutes} minutes");
        foreach (var left in Nemesis.Left)
        {
            Say($"left out: {left}");
        }

        await using var cluster = await FaultyCluster.StartAsync(Cancel);
        var isGreen = false;
        try
        {
            await RunAsync(cluster);
            isGreen = true;
        }
        finally
        {
            if (!isGreen)
            {
                KeepLogs(cluster);
            }
        }
    }

    private async Task RunAsync(FaultyCluster cluster)
    {
        var run = new WorkloadRun(_settings.Seed, WorkloadRun.AllWorkloads());
        using var preparing = cluster.ConnectPatiently();
        await run.PrepareAsync(preparing, Cancel);
        Say($"prepared; plan: {string.Join("; ", Fault.Plan(_settings.Seed, Nemesis.Kinds, FaultyCluster.Size).Take(Nemesis.Kinds.Length))}; ...");

        var nemesis = new Nemesis(cluster, _settings.Seed, Say);
        var started = TimeProvider.System.GetTimestamp();
        TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(started);
        var clients = new List<GrpcMlopsClient>();
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var progress = SayProgressAsync(run, nemesis, Elapsed, ended.Token);
            var faults = nemesis.WorkAsync(Elapsed, _settings.Length, Cancel);
            await Task.WhenAll(faults, run.WorkAsync(
                (number, repeats) =>
                {
                    var client = repeats ? cluster.ConnectRepeating(number) : cluster.Connect(number);
                    lock (clients)
                    {
                        clients.Add(client);
                    }

                    return client;
                },
                () => Elapsed() > _settings.Length || faults.IsFaulted,
                Cancel));
            await ended.CancelAsync();
            await progress.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await cluster.WaitUntilWellAsync(Cancel);
        Say($"{Elapsed().TotalSeconds,7:f1} s the cluster is well; nodes that ended by themselves and were started again: {cluster.Nodes.Sum(node => node.OwnEnds)}");
        using var reading = cluster.ConnectPatiently();
        var violations = (await run.CheckAsync(reading, Cancel)).ToList();
        var history = run.History.Snapshot();
        foreach (var untyped in history.Where(operation => operation.Error is { } error && !Outcome.IsExpected(error)).GroupBy(operation => (operation.Workload, operation.Kind)))
        {
            violations.Add(new Violation(ViolationKind.Wrong, untyped.Key.Workload, $"not a typed error: {untyped.First()}") { Count = untyped.Count() });
        }

        if (nemesis.Faults.Count == 0)
        {
            violations.Add(new Violation(ViolationKind.Wrong, "nemesis", $"no fault happened in {_settings.Length.TotalMinutes} minutes, so nothing was tested"));
        }

        var report = new HistoryReport(history, nemesis.Summary, violations);
        Say($"{report}");
        Assert.True(violations.Count == 0, $"{HistorySettings.SeedVariable}={_settings.Seed}: {violations.Count} violations, the first: {(violations.Count > 0 ? violations[0] : null)}");
    }

    private async Task SayProgressAsync(WorkloadRun run, Nemesis nemesis, Func<TimeSpan> elapsed, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SayEvery);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            Say($"{elapsed().TotalSeconds,7:f1} s {run.History.Count} operations, {nemesis.Faults.Values.Sum()} faults");
        }
    }

    private void KeepLogs(FaultyCluster cluster)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"mlops-history-{_settings.Seed}");
        Directory.CreateDirectory(folder);
        foreach (var (number, node) in cluster.Nodes.Index())
        {
            File.WriteAllLines(Path.Combine(folder, $"node{number}.log"), node.Log);
        }

        Say($"the nodes' logs are in {folder}");
    }

    private void Say(string line)
    {
        lock (_settings)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(line);
            if (_settings.Output is { } file)
            {
                File.AppendAllText(file, line + Environment.NewLine);
            }
        }
    }
}
