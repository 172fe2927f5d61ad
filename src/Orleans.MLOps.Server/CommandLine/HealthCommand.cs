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

        var address = new Uri(NodeAddress.Of(options.Listen, options.HttpPort, options.Tls is not null), "/health/ready");
        try
        {
            // No secret is sent, and a certificate names the machine as others know it: only the answer counts.
            using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
            using var client = new HttpClient(handler) { Timeout = Patience };
            using var reply = await client.GetAsync(address, stop);
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
