namespace Orleans.MLOps.Features;

/// <summary>What a window computes.</summary>
[GenerateSerializer]
public enum WindowAggregate
{
    /// <summary>The mean of the values; missing when there are none.</summary>
    Mean,

    /// <summary>Their sum; 0 when there are none.</summary>
    Sum,

    /// <summary>Their number.</summary>
    Count,
}
