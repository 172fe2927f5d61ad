using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Specifications;

namespace Orleans.MLOps.Server.CommandLine;

/// <summary><c>deploy</c>: brings an endpoint to what a YAML file says, at a running node.</summary>
internal static class DeployCommand
{
    /// <summary>No option, as other users of a machine can read command lines.</summary>
    public const string KeyVariable = "MLOPS_API_KEY";

    private const string ToOption = "--to";
    private const string UsualNode = "http://127.0.0.1:8081";

    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        if (Usage.IsAsked(arguments))
        {
            return ExitCodes.Success;
        }

        var (file, to) = arguments switch
        {
            [var only] => (only, UsualNode),
            [var first, ToOption, var address] => (first, address),
            [ToOption, var address, var last] => (last, address),
            _ => ("", ""),
        };
        if (file.Length == 0 || file.StartsWith("--", StringComparison.Ordinal))
        {
            return NodeCommand.Refuse($"deploy takes a FILE of YAML and, if the node is not {UsualNode}, {ToOption} URL of its gRPC port; a key comes from {KeyVariable}.", ExitCodes.Usage);
        }

        try
        {
            var command = EndpointSpecification.Parse(await File.ReadAllTextAsync(file, stop));
            using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = new Uri(to), ApiKey = Environment.GetEnvironmentVariable(KeyVariable), Retries = 2 });
            var endpoint = await client.Serving.DeployAsync(command, stop);
            Console.Out.WriteLine($"endpoint {endpoint.Project}/{endpoint.Name} is at revision {endpoint.Revision}:");
            var total = endpoint.Variants.Sum(variant => variant.Weight);
            foreach (var variant in endpoint.Variants)
            {
                Console.Out.WriteLine(FormattableString.Invariant($"  {variant.Name,-16} version {variant.Version,-6} {variant.Weight / total:p1} of the traffic"));
            }

            return ExitCodes.Success;
        }
        catch (InvalidInputException error)
        {
            return NodeCommand.Refuse($"{file}: {error.Message}", ExitCodes.Usage);
        }
        catch (Exception error) when (error is MLOpsException or IOException or UnauthorizedAccessException or UriFormatException or ArgumentException)
        {
            return NodeCommand.Refuse(error.Message, ExitCodes.Failure);
        }
    }
}
