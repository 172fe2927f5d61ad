namespace Orleans.MLOps.Serving;

/// <summary>What an endpoint takes, in each silo. A request beyond a limit is refused before anything is done: <see cref="ResourceExhaustedException"/> beyond the first two, which pass, <see cref="InvalidInputException"/> beyond the others.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.endpoint-limits")]
public sealed record EndpointLimits
{
    /// <summary>Requests at the same time. Default: 0, no limit.</summary>
    [Id(0)]
    public int Concurrency { get; init; }

    /// <summary>Requests a second, with bursts of one second's worth. Default: 0, no limit.</summary>
    [Id(1)]
    public double RatePerSecond { get; init; }

    /// <summary>Rows of one request; 1 to 65,536. Default: 65,536.</summary>
    [Id(2)]
    public int Rows { get; init; } = 65_536;

    /// <summary>Bytes of one request's tensors, or of its columns as the prediction log takes them. Default: 67,108,864.</summary>
    [Id(3)]
    public long Bytes { get; init; } = 64L << 20;
}
