using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What a model's state holds of one version.</summary>
[GenerateSerializer, Immutable, Alias("mlops.state.model-version-entry")]
internal sealed record ModelVersionEntry
{
    /// <summary>The command that registered it.</summary>
    [Id(0)]
    public required string OperationId { get; init; }

    /// <summary>SHA-256 of the weights.</summary>
    [Id(1)]
    public required string Digest { get; init; }

    [Id(2)]
    public ModelVersionStatus Status { get; init; }

    /// <summary>Digest of the blob that holds the version's record as JSON.</summary>
    [Id(3)]
    public required string Record { get; init; }
}
