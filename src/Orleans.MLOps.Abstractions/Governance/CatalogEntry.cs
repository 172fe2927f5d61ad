namespace Orleans.MLOps.Governance;

/// <summary>One entity in a listing.</summary>
[GenerateSerializer, Immutable, Alias("mlops.governance.catalog-entry")]
public sealed record CatalogEntry
{
    /// <summary>The entity's key.</summary>
    [Id(0)]
    public required string Key { get; init; }

    /// <summary>Its kind.</summary>
    [Id(1)]
    public required string Kind { get; init; }

    /// <summary>Its project.</summary>
    [Id(2)]
    public required string Project { get; init; }

    /// <summary>Its name.</summary>
    [Id(3)]
    public required string Name { get; init; }

    /// <summary>Its status, where it has one.</summary>
    [Id(4)]
    public string? Status { get; init; }

    /// <summary>The key of what it belongs to.</summary>
    [Id(5)]
    public string? Parent { get; init; }

    /// <summary>When it was made.</summary>
    [Id(6)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    [Id(7)]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The entity's summary as JSON.</summary>
    [Id(8)]
    public required string Json { get; init; }
}
