namespace Orleans.MLOps.Models;

/// <summary>A page of registered models.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.model-page")]
public sealed record ModelPage
{
    /// <summary>The models, without the history of their aliases.</summary>
    [Id(0)]
    public ModelInfo[] Models { get; init; } = [];

    /// <summary>Continues the search; absent after the last page.</summary>
    [Id(1)]
    public string? NextPageToken { get; init; }
}
