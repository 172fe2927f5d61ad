using Orleans.MLOps.Client.Grpc;

namespace Orleans.MLOps.Server.Demo.Cluster;

/// <summary>The main job on a cluster: this process only asks, over gRPC; the platform runs in the silos that it started.</summary>
internal static class ClusterDemo
{
    public static async Task RunAsync(DemoOptions options, string? postgres, IDemoOutput output, CancellationToken cancellationToken)
    {
        output.Stage("Start three silos on a PostgreSQL; any of them may be killed while this runs, the table stays the same");
        await using var cluster = await DemoCluster.StartAsync(options.Node.DataFolder, postgres, output, cancellationToken);
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = cluster.Gateways });
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = DemoRun.RunAsync(client, cluster.Clock.AdvanceTo, options, output, failed.Token);
        if (await Task.WhenAny(run, cluster.WatchAsync()) != run)
        {
            await failed.CancelAsync();
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await cluster.WatchAsync();
        }

        output.Report(await run);
        if (options.KeepRunning)
        {
            output.Fact("the silos stay up until Ctrl-C");
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}
