namespace Orleans.MLOps.Grains.Training;

/// <summary>What a shard does.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.training-shard-info")]
internal sealed record TrainingShardInfo
{
    [Id(0)]
    public required string JobId { get; init; }

    [Id(1)]
    public int Rank { get; init; }

    /// <summary>The generation that it was last started for; 0 before.</summary>
    [Id(2)]
    public int Generation { get; init; }

    [Id(3)]
    public bool Running { get; init; }
}
