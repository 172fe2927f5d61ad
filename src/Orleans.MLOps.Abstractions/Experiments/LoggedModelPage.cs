namespace Orleans.MLOps.Experiments;

/// <summary>One page of a search.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.logged-model-page")]
public sealed record LoggedModelPage
{
    /// <summary>The models.</summary>
    [Id(0)]
    public LoggedModelInfo[] Models { get; init; } = [];

    /// <summary>Continues the search; absent at its end.</summary>
    [Id(1)]
    public string? NextPageToken { get; init; }
}
