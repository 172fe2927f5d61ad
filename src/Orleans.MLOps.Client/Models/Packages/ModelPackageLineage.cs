namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>Where a packaged version comes from, by the keys of the platform that trained it.</summary>
public sealed record ModelPackageLineage
{
    /// <summary>Key of the training job; absent if none trained it.</summary>
    public string? Job { get; init; }

    /// <summary>The run; absent if it is not known.</summary>
    public string? RunId { get; init; }

    /// <summary>Key of the dataset version trained on; absent if it is not known.</summary>
    public string? DatasetVersion { get; init; }

    /// <summary>Key of the feature view, with its version after a colon; absent if there is none.</summary>
    public string? FeatureView { get; init; }
}
