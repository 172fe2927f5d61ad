namespace Orleans.MLOps.Grains.Features;

/// <summary>
/// Observations and questions for the windows of a view. Times are UTC microseconds in any order, ascending is fastest; an observation available at
/// or before a question's instant is applied before it.
/// </summary>
[GenerateSerializer, Immutable, Alias("mlops.features.online-request")]
internal sealed record OnlineRequest
{
    /// <summary>The window key of each observation; the empty text is missing and counts nowhere.</summary>
    [Id(0)]
    public string[] ObservationKeys { get; init; } = [];

    /// <summary>The observed values.</summary>
    [Id(1)]
    public double[] ObservationValues { get; init; } = [];

    /// <summary>When each became available.</summary>
    [Id(2)]
    public long[] ObservedAt { get; init; } = [];

    /// <summary>The window key of each question.</summary>
    [Id(3)]
    public string[] QueryKeys { get; init; } = [];

    /// <summary>When each is asked.</summary>
    [Id(4)]
    public long[] QueryAt { get; init; } = [];

    /// <summary>Version of the view whose windows are asked for; the newest if absent.</summary>
    [Id(5)]
    public int? Version { get; init; }

    /// <summary>Whether the observations are on disk before the answer; otherwise they are within a second. Default: true.</summary>
    [Id(6)]
    public bool Durable { get; init; } = true;

    /// <summary>The numbered source of the observations, such as an endpoint's label log; none if absent.</summary>
    [Id(7)]
    public string? Source { get; init; }

    /// <summary>The source's number for these observations. What a source sends again under a number that was taken in is dropped.</summary>
    [Id(8)]
    public long Number { get; init; }
}
