namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>
/// What a search over runs goes through: the order's own index from its first row on until the page is full, or all runs that one of the
/// conditions or the experiments leave, which are then sorted.
/// </summary>
internal sealed record RunDriver
{
    /// <summary>Whether to go through the index of the order's first key.</summary>
    public bool Walks { get; init; }

    /// <summary>The condition whose rows to go through; null for none.</summary>
    public FilterCondition? Condition { get; init; }

    /// <summary>Whether the index of the experiments leads; otherwise they are checked run by run.</summary>
    public bool ByExperiment { get; init; }
}
