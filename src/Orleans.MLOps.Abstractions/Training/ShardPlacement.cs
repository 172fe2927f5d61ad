namespace Orleans.MLOps.Training;

/// <summary>The shards of a job that one silo trains: consecutive ranks.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.shard-placement")]
public sealed record ShardPlacement
{
    /// <summary>The silo, as in the listing of silos.</summary>
    [Id(0)]
    public required string Silo { get; init; }

    /// <summary>The first rank, from 0.</summary>
    [Id(1)]
    public int FirstRank { get; init; }

    /// <summary>Number of ranks.</summary>
    [Id(2)]
    public int Shards { get; init; }
}
