namespace Orleans.MLOps.Client.Grpc;

/// <summary>Opens the SDK over gRPC.</summary>
public static class MlopsGrpcClient
{
    /// <summary>Connects with default options. The connection is made by the first call; dispose the client to close it.</summary>
    /// <param name="address">The gateway, such as <c>http://127.0.0.1:8081</c>.</param>
    /// <exception cref="InvalidInputException">The text is not an absolute http or https address.</exception>
    public static GrpcMlopsClient Connect(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        ? Connect(new GrpcClientOptions { Address = uri })
        : throw new InvalidInputException($"address '{address}' is not an absolute http or https address, such as http://127.0.0.1:8081.", "address");

    /// <summary>Connects. The connection is made by the first call; dispose the client to close it.</summary>
    /// <param name="options">Address, bounds and retries.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public static GrpcMlopsClient Connect(GrpcClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return new(options);
    }
}
