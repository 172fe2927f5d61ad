using System.Globalization;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Hosting.Time;
using Orleans.MLOps.Server.CommandLine;
using Orleans.MLOps.Server.Demo.Cluster;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Demo;

/// <summary><c>demo</c>: starts a node on a replay clock and runs the main job through its gRPC door.</summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        if (Usage.IsAsked(arguments))
        {
            return ExitCodes.Success;
        }

        DemoOptions options;
        try
        {
            options = Read(arguments);
        }
        catch (UsageException error)
        {
            return NodeCommand.Refuse(error.Message, ExitCodes.Usage);
        }

        return await NodeCommand.GuardAsync(options.Node, () => options.Node.Cluster is { } cluster ? RunAsync(options, cluster, stop) : RunAsync(options, stop), stop);
    }

    private static async Task<int> RunAsync(DemoOptions options, NodeClusterOptions cluster, CancellationToken stop)
    {
        await ClusterDemo.RunAsync(options, cluster.Postgres == NodeSettings.NoPostgres ? null : cluster.Postgres, ConsoleOutput.Create(), stop);
        return ExitCodes.Success;
    }

    private static async Task<int> RunAsync(DemoOptions options, CancellationToken stop)
    {
        var clock = new ReplayClock(FlightFacts.ReplayStart);
        var output = ConsoleOutput.Create();
        output.Stage("Start a node");
        var door = DemoDoor.Of(options.Node);
        await using var node = await NodeHost.StartAsync(door.Node, new PlatformClock(clock, TimeProvider.System), stop);
        output.Fact($"gRPC {node.GrpcAddress.GetLeftPart(UriPartial.Authority)}, dashboard {new Uri(node.HttpAddress, "/dashboard")}, data {node.DataFolder}");
        using var client = door.Connect(node);
        output.Report(await DemoRun.RunAsync(client, clock.AdvanceTo, options, output, stop));
        if (options.KeepRunning)
        {
            Announcement.Write(Console.Out, node);
            await node.WaitForStopRequestAsync(stop);
        }

        await node.StopAsync(CancellationToken.None);
        return ExitCodes.Success;
    }

    private static DemoOptions Read(string[] arguments)
    {
        var rest = new List<string>();
        var (keepRunning, cluster, seed, until) = (false, false, 1L, FlightFacts.End);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--keep-running":
                    keepRunning = true;
                    break;
                case "--cluster" when i + 1 == arguments.Length || arguments[i + 1].StartsWith("--", StringComparison.Ordinal):
                    cluster = true;
                    break;
                case "--seed":
                    seed = long.TryParse(Next(arguments, ref i), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw new UsageException($"--seed is '{arguments[i]}'; it must be a whole number.");
                    break;
                case "--until":
                    until = DateTimeOffset.TryParseExact(Next(arguments, ref i), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
                        && day > FlightFacts.ReplayStart && day <= FlightFacts.End
                        ? day
                        : throw new UsageException($"--until is '{arguments[i]}'; it must be a day from 2001-02-02 to 2001-07-01.");
                    break;
                default:
                    rest.Add(arguments[i]);
                    break;
            }
        }

        return new DemoOptions { Node = cluster ? NodeSettings.ReadDemoCluster(rest) : NodeSettings.Read(rest), KeepRunning = keepRunning, Seed = seed, Until = until };
    }

    private static string Next(string[] arguments, ref int index) => ++index < arguments.Length
        ? arguments[index]
        : throw new UsageException($"{arguments[index - 1]} needs a value.");
}
