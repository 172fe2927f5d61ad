namespace Orleans.MLOps.Training;

/// <summary>The state of a job.</summary>
[GenerateSerializer]
public enum TrainingStatus
{
    /// <summary>It waits for its shard threads.</summary>
    Queued,

    /// <summary>It trains.</summary>
    Running,

    /// <summary>Its result is stored.</summary>
    Completed,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}
