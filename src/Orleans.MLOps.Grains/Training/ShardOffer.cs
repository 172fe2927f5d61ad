namespace Orleans.MLOps.Grains.Training;

/// <summary>What a silo has for a claim.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.shard-offer")]
internal sealed record ShardOffer
{
    /// <summary>All training threads of the silo.</summary>
    [Id(0)]
    public int Slots { get; init; }

    /// <summary>Those that the claim can have now; 0 while an older job waits for them.</summary>
    [Id(1)]
    public int Free { get; init; }

    /// <summary>Whether the claim's threads were taken.</summary>
    [Id(2)]
    public bool Granted { get; init; }

    /// <summary>Where other silos connect to, when the claim leads and was granted.</summary>
    [Id(3)]
    public string? Exchange { get; init; }
}
