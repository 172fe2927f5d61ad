namespace Orleans.MLOps.Experiments;

/// <summary>A logged model that a run used or made.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.run-model")]
public sealed record RunModel
{
    /// <summary>The logged model.</summary>
    [Id(0)]
    public required string ModelId { get; init; }

    /// <summary>The step at which it was made; 0 for inputs.</summary>
    [Id(1)]
    public long Step { get; init; }
}
