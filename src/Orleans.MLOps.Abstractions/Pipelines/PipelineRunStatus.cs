namespace Orleans.MLOps.Pipelines;

/// <summary>How far a retraining is.</summary>
[GenerateSerializer]
public enum PipelineRunStatus
{
    /// <summary>The joined prediction log becomes a dataset version.</summary>
    Sealing,

    /// <summary>Candidates train.</summary>
    Training,

    /// <summary>Champion and candidates are compared.</summary>
    Judging,

    /// <summary>The winner waits for its training charge to pass.</summary>
    Promoting,

    /// <summary>The decision is carried out.</summary>
    Completed,

    /// <summary>It ended with an error.</summary>
    Failed,
}
