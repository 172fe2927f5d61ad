namespace Orleans.MLOps.Pipelines;

/// <summary>What a retraining decided.</summary>
[GenerateSerializer]
public enum Verdict
{
    /// <summary>Not decided yet.</summary>
    Pending,

    /// <summary>A candidate is better with the asked confidence and serves.</summary>
    Promoted,

    /// <summary>No candidate is better with the asked confidence.</summary>
    Refused,

    /// <summary>Too few event days with labels.</summary>
    NotEnoughEvidence,

    /// <summary>The retraining could not be carried out.</summary>
    Failed,
}
