namespace Orleans.MLOps.Benchmarks.Serving.Load;

/// <summary>What a door speaks.</summary>
internal enum DoorProtocol
{
    /// <summary>HTTP/1.1, a connection for each caller; without a body it is asked with GET.</summary>
    Rest,

    /// <summary>A unary gRPC call over HTTP/2, a connection for each caller.</summary>
    Grpc,
}

/// <summary>One way into a server and the request that goes through it.</summary>
/// <param name="Name">The case.</param>
/// <param name="Server">The server.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Path">The path, for gRPC that of the method.</param>
/// <param name="Body">The body or message.</param>
/// <param name="Answer">Reads the model's one number from a reply, to see that every door answers the same; none for an empty call.</param>
internal sealed record Door(string Name, ServerProcess Server, DoorProtocol Protocol, string Path, byte[] Body, Func<byte[], float>? Answer = null)
{
    public Uri Uri => new(Protocol == DoorProtocol.Grpc ? Server.Grpc : Server.Http, Path);
}
