namespace Orleans.MLOps.Experiments;

/// <summary>Asks for the points of one metric in commit order.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.metric-history-query")]
public sealed record MetricHistoryQuery
{
    /// <summary>The run.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>The metric.</summary>
    [Id(1)]
    public required string Key { get; init; }

    /// <summary>Points after this sequence number; 0 from the start.</summary>
    [Id(2)]
    public long AfterSequence { get; init; }

    /// <summary>At most this many, 1 to 100000; default 10000.</summary>
    [Id(3)]
    public int Limit { get; init; } = 10000;
}
