namespace Orleans.MLOps.Experiments;

/// <summary>A dataset version that active runs of an experiment used, for one purpose.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.used-dataset")]
public sealed record UsedDataset
{
    /// <summary>The runs' experiment.</summary>
    [Id(0)]
    public required long ExperimentId { get; init; }

    /// <summary>The dataset's name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The version's digest.</summary>
    [Id(2)]
    public required string Digest { get; init; }

    /// <summary>What it was used for, such as training: the tag <c>mlflow.data.context</c> of the use; absent without one.</summary>
    [Id(3)]
    public string? Context { get; init; }
}
