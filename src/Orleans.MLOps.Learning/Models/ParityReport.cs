namespace Orleans.MLOps.Learning.Models;

/// <summary>How far an exported model is from the network that it was exported from.</summary>
public sealed record ParityReport
{
    /// <summary>Rows compared, the random and extreme ones included.</summary>
    public required int Rows { get; init; }

    /// <summary>Largest absolute difference of two outputs, such as probabilities; one that is no finite number counts as 1.</summary>
    public required double MaxAbsoluteDifference { get; init; }

    /// <summary>Whether every row lies within the tolerance.</summary>
    public required bool Passed { get; init; }

    /// <summary>First row beyond the tolerance, the given rows first, then the generated ones; null when there is none.</summary>
    public int? FirstFailingRow { get; init; }
}
