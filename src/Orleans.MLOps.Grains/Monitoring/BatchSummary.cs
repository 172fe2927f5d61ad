namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>The mergeable summary of one sealed batch for one model version.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.batch-summary")]
internal sealed class BatchSummary
{
    [Id(0)]
    public required uint Recorder { get; init; }

    /// <summary>The batch; the summary of a batch is folded once.</summary>
    [Id(1)]
    public required long Sequence { get; init; }

    /// <summary>Where the batch stands in the prediction log.</summary>
    [Id(2)]
    public required LogPlace Position { get; init; }

    /// <summary>Start of each pane, UTC ticks.</summary>
    [Id(3)]
    public required long[] PaneStarts { get; init; }

    /// <summary>The panes' bytes, written with the layout of the version's reference.</summary>
    [Id(4)]
    public required byte[][] Panes { get; init; }
}
