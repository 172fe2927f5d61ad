namespace Orleans.MLOps.Grains.Models;

/// <summary>A row of registered_models.</summary>
internal sealed record RegisteredModelRow
{
    public required ModelKey Key { get; init; }

    public string? Description { get; init; }

    /// <summary>Raised by every write to the model.</summary>
    public long Revision { get; init; }

    public int NextVersion { get; init; }

    /// <summary>A version carried weights once.</summary>
    public bool Weighted { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
