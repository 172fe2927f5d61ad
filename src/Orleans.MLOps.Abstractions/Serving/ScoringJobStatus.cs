namespace Orleans.MLOps.Serving;

/// <summary>The state of a scoring job.</summary>
[GenerateSerializer]
public enum ScoringJobStatus
{
    /// <summary>No partition is dealt out yet.</summary>
    Pending,

    /// <summary>Its partitions are scored, or its version is being written.</summary>
    Running,

    /// <summary>Its version of the target dataset stands.</summary>
    Completed,

    /// <summary>It ended with an error; the target has no version of it.</summary>
    Failed,

    /// <summary>It was cancelled; the target has no version of it.</summary>
    Cancelled,
}
