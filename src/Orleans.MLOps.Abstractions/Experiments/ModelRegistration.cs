namespace Orleans.MLOps.Experiments;

/// <summary>A version of a registered model that was made from a logged model.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.model-registration")]
public sealed record ModelRegistration
{
    /// <summary>The registered model.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The version; counts from 1.</summary>
    [Id(1)]
    public int Version { get; init; }
}
