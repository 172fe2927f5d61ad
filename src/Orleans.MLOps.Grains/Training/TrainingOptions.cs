namespace Orleans.MLOps.Grains.Training;

/// <summary>How a silo trains.</summary>
public sealed class TrainingOptions
{
    /// <summary>Most training threads of the silo at a time; a job waits until all its shards fit. Default: null, twice the cores and at least 8.</summary>
    public int? Slots { get; init; }
}
