using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Server.CommandLine;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Demo.Cluster;

/// <summary>
/// <c>demo-silo CLOCK [options]</c>: a node of <c>demo --cluster</c>, on the replay clock of the process that started it. It stops when its
/// standard input ends, so none outlives the demo, however that ends.
/// </summary>
internal static class DemoSiloCommand
{
    public const string Verb = "demo-silo";

    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        if (arguments is not [var clockFile, .. var rest])
        {
            return NodeCommand.Refuse($"{Verb} is what demo --cluster starts; it needs the demo's clock.", ExitCodes.Usage);
        }

        NodeOptions options;
        try
        {
            options = NodeSettings.Read(rest);
        }
        catch (UsageException error)
        {
            return NodeCommand.Refuse(error.Message, ExitCodes.Usage);
        }

        using var orphaned = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _ = CancelAtEndAsync(Console.OpenStandardInput(), orphaned);
        return await NodeCommand.GuardAsync(options, () => ServeAsync(options, clockFile, orphaned.Token), orphaned.Token);
    }

    private static async Task<int> ServeAsync(NodeOptions options, string clockFile, CancellationToken stop)
    {
        using var clock = SharedClock.Open(clockFile);
        await using var node = await NodeHost.StartAsync(options, new PlatformClock(clock, TimeProvider.System), stop);
        Announcement.Write(Console.Out, node);
        await node.WaitForStopRequestAsync(stop);
        await node.StopAsync(CancellationToken.None);
        return ExitCodes.Success;
    }

    private static async Task CancelAtEndAsync(Stream input, CancellationTokenSource source)
    {
        await input.CopyToAsync(Stream.Null);
        try
        {
            await source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The node has stopped already.
        }
    }
}
