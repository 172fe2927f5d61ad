namespace Orleans.MLOps.Client.Grpc;

/// <summary>Opens the SDK over gRPC.</summary>
public static class MlopsGrpcClient
{
    /// <summary>Connects with default options. The connection is made by the first call; dispose the client to close it.</summary>
    /// <param name="addresses">The gateway, such as <c>http://127.0.0.1:8081</c>, or several separated by commas.</param>
    /// <exception cref="InvalidInputException">The text holds something else than absolute http or https addresses.</exception>
    public static GrpcMlopsClient Connect(string addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        return Connect(new GrpcClientOptions { Addresses = [.. addresses.Split(',', StringSplitOptions.TrimEntries).Select(Parse)] });
    }

    /// <summary>Connects. The connection is made by the first call; dispose the client to close it.</summary>
    /// <param name="options">Addresses, bounds and retries.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public static GrpcMlopsClient Connect(GrpcClientOptions options) => Connect(options, TimeProvider.System);

    internal static GrpcMlopsClient Connect(GrpcClientOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return new(options, clock);
    }

    private static Uri Parse(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        ? uri
        : throw new InvalidInputException($"address '{address}' is not an absolute http or https address, such as http://127.0.0.1:8081.", "address");
}
