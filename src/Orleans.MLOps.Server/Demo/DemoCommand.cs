using System.Globalization;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Hosting.Time;
using Orleans.MLOps.Server.CommandLine;
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

        return await NodeCommand.GuardAsync(options.Node, () => RunAsync(options, stop), stop);
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
        output.Report(await DemoRun.RunAsync(client, clock, options, output, stop));
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
        var (keepRunning, seed, until) = (false, 1L, FlightFacts.End);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--keep-running":
                    keepRunning = true;
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

        return new DemoOptions { Node = NodeSettings.Read(rest), KeepRunning = keepRunning, Seed = seed, Until = until };
    }

    private static string Next(string[] arguments, ref int index) => ++index < arguments.Length
        ? arguments[index]
        : throw new UsageException($"{arguments[index - 1]} needs a value.");
}
