namespace Orleans.MLOps.Experiments;

/// <summary>One page of a search.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.run-page")]
public sealed record RunPage
{
    /// <summary>The runs.</summary>
    [Id(0)]
    public RunInfo[] Runs { get; init; } = [];

    /// <summary>Continues the search; absent at its end.</summary>
    [Id(1)]
    public string? NextPageToken { get; init; }
}
