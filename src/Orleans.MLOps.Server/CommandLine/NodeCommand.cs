using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.CommandLine;

/// <summary>Runs a node until it is told to stop. Every way to fail is one sentence on stderr and an exit code.</summary>
internal static class NodeCommand
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        if (Usage.IsAsked(arguments))
        {
            return ExitCodes.Success;
        }

        NodeOptions options;
        try
        {
            options = NodeSettings.Read(arguments);
        }
        catch (UsageException error)
        {
            return Refuse(error.Message, ExitCodes.Usage);
        }

        return await GuardAsync(options, () => ServeAsync(options, stop), stop);
    }

    /// <summary>Runs work that owns a node and turns what it throws into one sentence and an exit code.</summary>
    public static async Task<int> GuardAsync(NodeOptions options, Func<Task<int>> work, CancellationToken stop)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
        catch (MLOpsException error)
        {
            return Refuse(error.Message, ExitCodes.Failure);
        }
        catch (Exception error) when (!options.Verbose)
        {
            return Refuse($"The node failed: {error.Message} ({error.GetType().Name}; --verbose shows more)", ExitCodes.Failure);
        }
    }

    public static int Refuse(string sentence, int exitCode)
    {
        Console.Error.WriteLine(sentence.ReplaceLineEndings(" "));
        return exitCode;
    }

    private static async Task<int> ServeAsync(NodeOptions options, CancellationToken stop)
    {
        await using var node = await NodeHost.StartAsync(options, null, stop);
        Announcement.Write(Console.Out, node);
        await node.WaitForStopRequestAsync(stop);
        await node.StopAsync(CancellationToken.None);
        return ExitCodes.Success;
    }
}
