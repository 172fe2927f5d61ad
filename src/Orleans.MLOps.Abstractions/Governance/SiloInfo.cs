using Orleans.MLOps.Training;

namespace Orleans.MLOps.Governance;

/// <summary>A silo of the cluster.</summary>
[GenerateSerializer, Immutable, Alias("mlops.governance.silo-info")]
public sealed record SiloInfo
{
    /// <summary>Its address, which names one life of its process: address, port and, after @, when it was started.</summary>
    [Id(0)]
    public required string Address { get; init; }

    /// <summary>Its name.</summary>
    [Id(1)]
    public string Name { get; init; } = "";

    /// <summary>What it does: gateway, serving, training, or all.</summary>
    [Id(2)]
    public string[] Roles { get; init; } = [];

    /// <summary>What it trains on.</summary>
    [Id(3)]
    public Accelerator Accelerator { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(4)]
    public SiloState State { get; init; }

    /// <summary>Its training threads; null when it is not active or did not answer within 3 seconds. A silo without role training is given no shards, whatever it has.</summary>
    [Id(5)]
    public int? TrainingSlots { get; init; }

    /// <summary>Those that no job holds; null as before.</summary>
    [Id(6)]
    public int? FreeTrainingSlots { get; init; }
}
