namespace Orleans.MLOps.Serving;

/// <summary>Asks for the newest payloads of an endpoint.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.payload-query")]
public sealed record PayloadQuery
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>So many at most; 1 to 1000. Default: 100.</summary>
    [Id(2)]
    public int Limit { get; init; } = 100;
}
