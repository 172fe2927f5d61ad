namespace Orleans.MLOps.Models;

/// <summary>How far the exported model is from the trained one.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.parity-record")]
public sealed record ParityRecord
{
    /// <summary>Compared rows.</summary>
    [Id(0)]
    public long Rows { get; init; }

    /// <summary>Largest difference of the probability.</summary>
    [Id(1)]
    public double MaxAbsoluteDifference { get; init; }

    /// <summary>Every row within 1e-5 + 1e-5 * |y|.</summary>
    [Id(2)]
    public bool Passed { get; init; }
}
