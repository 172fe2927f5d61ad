namespace Orleans.MLOps.Datasets;

/// <summary>How a split assigns rows.</summary>
[GenerateSerializer]
public enum SplitKind
{
    /// <summary>By a seeded hash of the row ordinal.</summary>
    Random,

    /// <summary>By order of a time column: the earlier share trains.</summary>
    Time,
}
