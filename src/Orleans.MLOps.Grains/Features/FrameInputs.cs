namespace Orleans.MLOps.Grains.Features;

/// <summary>All that a frame depends on.</summary>
[GenerateSerializer, Immutable, Alias("mlops.state.frame-inputs")]
internal sealed record FrameInputs
{
    [Id(0)]
    public required int ViewVersion { get; init; }

    [Id(1)]
    public required string DatasetVersion { get; init; }

    /// <summary>UTC microseconds, inclusive.</summary>
    [Id(2)]
    public long? From { get; init; }

    /// <summary>UTC microseconds, exclusive.</summary>
    [Id(3)]
    public long? To { get; init; }
}
