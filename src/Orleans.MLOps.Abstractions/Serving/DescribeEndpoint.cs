namespace Orleans.MLOps.Serving;

/// <summary>Asks what an endpoint serves.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.describe-endpoint")]
public sealed record DescribeEndpoint
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>Only this version. Default: all of the endpoint.</summary>
    [Id(2)]
    public int? Version { get; init; }

    /// <summary>Only the variant of this name or label; not together with <see cref="Version"/>. Default: all of the endpoint.</summary>
    [Id(3)]
    public string? Label { get; init; }
}
