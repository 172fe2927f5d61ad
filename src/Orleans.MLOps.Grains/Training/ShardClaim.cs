namespace Orleans.MLOps.Grains.Training;

/// <summary>A job's wish for training threads of a silo.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.shard-claim")]
internal sealed record ShardClaim
{
    [Id(0)]
    public required string JobId { get; init; }

    [Id(1)]
    public int Generation { get; init; }

    /// <summary>When the job was asked for: the older one comes first.</summary>
    [Id(2)]
    public DateTimeOffset Since { get; init; }

    /// <summary>Threads to take; 0 only asks.</summary>
    [Id(3)]
    public int Threads { get; init; }

    /// <summary>The job waits in line: until it is served, younger ones get nothing.</summary>
    [Id(4)]
    public bool Waits { get; init; }

    /// <summary>The silo computes rank 0 for others, so they must be able to connect to it.</summary>
    [Id(5)]
    public bool Leads { get; init; }
}
