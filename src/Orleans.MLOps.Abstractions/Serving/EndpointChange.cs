namespace Orleans.MLOps.Serving;

/// <summary>One change of an endpoint.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.endpoint-change")]
public sealed record EndpointChange
{
    /// <summary>The revision it made.</summary>
    [Id(0)]
    public int Revision { get; init; }

    /// <summary>The variants it set.</summary>
    [Id(1)]
    public VariantSpec[] Variants { get; init; } = [];

    /// <summary>Why.</summary>
    [Id(2)]
    public string? Reason { get; init; }

    /// <summary>When.</summary>
    [Id(3)]
    public DateTimeOffset At { get; init; }
}
