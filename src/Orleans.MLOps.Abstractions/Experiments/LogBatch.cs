namespace Orleans.MLOps.Experiments;

/// <summary>Params, tags and metrics of one run, written together or not at all.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.log-batch")]
public sealed record LogBatch
{
    /// <summary>Params to set. Setting a param again to the same value is a no-op, to another value is refused.</summary>
    [Id(0)]
    public Dictionary<string, string> Params { get; init; } = [];

    /// <summary>Tags to set or overwrite.</summary>
    [Id(1)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Points to append.</summary>
    [Id(2)]
    public MetricPoint[] Metrics { get; init; } = [];

    /// <summary>Names the batch, 1 to 100 characters: a repeat within a day is answered and changes nothing.</summary>
    [Id(3)]
    public string? OperationId { get; init; }

    /// <summary>
    /// What tags that the batch sets must be before; otherwise it is refused with <see cref="FailedPreconditionException"/> of the field
    /// <c>expected_tags</c>. So two writers who change a tag from what they read never lose each other's change.
    /// </summary>
    [Id(4)]
    public ExpectedTag[] ExpectedTags { get; init; } = [];
}
