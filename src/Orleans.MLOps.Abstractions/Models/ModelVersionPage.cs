namespace Orleans.MLOps.Models;

/// <summary>A page of model versions.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.model-version-page")]
public sealed record ModelVersionPage
{
    /// <summary>The versions.</summary>
    [Id(0)]
    public ModelVersionInfo[] Versions { get; init; } = [];

    /// <summary>Continues the search; absent after the last page.</summary>
    [Id(1)]
    public string? NextPageToken { get; init; }
}
