namespace Orleans.MLOps.Experiments;

/// <summary>What one folder of artifacts holds.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.artifact-folder")]
public sealed record ArtifactFolder
{
    /// <summary>Files directly in the folder, by path.</summary>
    [Id(0)]
    public ArtifactInfo[] Files { get; init; } = [];

    /// <summary>Paths of the folders directly in it.</summary>
    [Id(1)]
    public string[] Folders { get; init; } = [];
}
