using Orleans.MLOps.Server.CommandLine;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>
/// <c>serving-node [options]</c>: the node that the server's executable runs, with its options, in a program that also has the empty grain. It
/// stops when its standard input ends, so none outlives the benchmark, however that ends.
/// </summary>
internal static class ServingNodeCommand
{
    public const string Verb = "serving-node";

    /// <summary>As the server's project says.</summary>
    private const int LeastThreads = 32;

    public static async Task<int> RunAsync(string[] arguments)
    {
        ThreadPool.GetMinThreads(out _, out var ports);
        ThreadPool.SetMinThreads(LeastThreads, ports);
        using var stop = new CancellationTokenSource();
        _ = EndAsync(stop);
        return await NodeCommand.RunAsync(arguments, stop.Token);
    }

    private static async Task EndAsync(CancellationTokenSource stop)
    {
        await Console.OpenStandardInput().CopyToAsync(Stream.Null);
        await stop.CancelAsync();
    }
}
