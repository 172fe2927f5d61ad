namespace Orleans.MLOps.Experiments;

/// <summary>One page of a search.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.experiment-page")]
public sealed record ExperimentPage
{
    /// <summary>The experiments.</summary>
    [Id(0)]
    public ExperimentInfo[] Experiments { get; init; } = [];

    /// <summary>Continues the search; absent at its end.</summary>
    [Id(1)]
    public string? NextPageToken { get; init; }
}
