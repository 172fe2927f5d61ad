namespace Orleans.MLOps.Serving;

/// <summary>A version that an endpoint would serve by its version policy and cannot: the others it serves on.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.load-failure")]
public sealed record LoadFailure
{
    /// <summary>The version.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>Why not.</summary>
    [Id(1)]
    public required string Reason { get; init; }

    /// <summary>How often it was tried.</summary>
    [Id(2)]
    public int Attempts { get; init; }

    /// <summary>When it is tried again.</summary>
    [Id(3)]
    public DateTimeOffset NextAttemptAt { get; init; }
}
