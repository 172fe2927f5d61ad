using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.CommandLine;

/// <summary>Asks a node on this machine whether it is ready: what a container's health check runs, so that the image needs no other tool.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

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
            Console.Error.WriteLine(error.Message);
            return ExitCodes.Usage;
        }

        var address = $"http://127.0.0.1:{options.HttpPort}/health/ready";
        try
        {
            using var client = new HttpClient { Timeout = Patience };
            using var reply = await client.GetAsync(new Uri(address), stop);
            Console.Out.WriteLine(await reply.Content.ReadAsStringAsync(stop));
            return reply.IsSuccessStatusCode ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            Console.Error.WriteLine($"No node answers at {address}: {error.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Failure;
        }
    }
}
