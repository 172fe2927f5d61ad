namespace Orleans.MLOps.Learning.Models;

/// <summary>One numeric input of a tabular network, standardised inside the network as (value - mean) / scale.</summary>
public sealed record NumericInput
{
    /// <summary>Name of the feature, unique among all inputs of the network.</summary>
    public required string Name { get; init; }

    /// <summary>Mean of the feature over the training rows, in the feature's own unit; stands in for a missing value.</summary>
    public required float Mean { get; init; }

    /// <summary>Standard deviation of the feature over the training rows, in the feature's own unit; finite and above zero.</summary>
    public required float Scale { get; init; }
}
