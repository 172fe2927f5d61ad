namespace Orleans.MLOps.Grains.Features;

/// <summary>Observations and questions for the windows of a view. Times are UTC microseconds; an observation available at or before a question's instant is applied before it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.online-request")]
internal sealed record OnlineRequest
{
    /// <summary>The window key of each observation.</summary>
    [Id(0)]
    public required string[] ObservationKeys { get; init; }

    [Id(1)]
    public required double[] ObservationValues { get; init; }

    /// <summary>When each became available, not decreasing.</summary>
    [Id(2)]
    public required long[] ObservedAt { get; init; }

    /// <summary>The window key of each question.</summary>
    [Id(3)]
    public required string[] QueryKeys { get; init; }

    /// <summary>When each is asked, not decreasing.</summary>
    [Id(4)]
    public required long[] QueryAt { get; init; }
}
