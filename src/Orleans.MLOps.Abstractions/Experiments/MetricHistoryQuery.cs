namespace Orleans.MLOps.Experiments;

/// <summary>Asks for the points of one metric.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.metric-history-query")]
public sealed record MetricHistoryQuery
{
    /// <summary>The run.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>The metric.</summary>
    [Id(1)]
    public required string Key { get; init; }

    /// <summary>Points after this sequence number; 0 from the start. Not with <see cref="ByTime"/>.</summary>
    [Id(2)]
    public long AfterSequence { get; init; }

    /// <summary>At most this many, 1 to 100000; default 10000. A page of about 3 MB ends earlier.</summary>
    [Id(3)]
    public int Limit { get; init; } = 10000;

    /// <summary>By timestamp, step and value instead of in commit order; default false.</summary>
    [Id(4)]
    public bool ByTime { get; init; }

    /// <summary>Continues a history by time.</summary>
    [Id(5)]
    public string? PageToken { get; init; }
}
