namespace Orleans.MLOps.Models;

/// <summary>A named pointer to a version.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.model-alias")]
public sealed record ModelAlias
{
    /// <summary>Such as champion or challenger.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The version it points to.</summary>
    [Id(1)]
    public int Version { get; init; }

    /// <summary>When it was moved there.</summary>
    [Id(2)]
    public DateTimeOffset SetAt { get; init; }
}
