namespace Orleans.MLOps.Experiments;

/// <summary>One page of the files of a run or logged model.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.artifact-page")]
public sealed record ArtifactPage
{
    /// <summary>Files, by path.</summary>
    [Id(0)]
    public ArtifactInfo[] Files { get; init; } = [];

    /// <summary>Paths of folders directly in the folder, in order; none in a recursive listing.</summary>
    [Id(1)]
    public string[] Folders { get; init; } = [];

    /// <summary>Continues the listing; absent at its end.</summary>
    [Id(2)]
    public string? NextPageToken { get; init; }
}
