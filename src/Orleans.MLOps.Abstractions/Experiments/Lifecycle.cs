namespace Orleans.MLOps.Experiments;

/// <summary>Whether an experiment or run accepts writes.</summary>
[GenerateSerializer]
public enum Lifecycle
{
    /// <summary>It does.</summary>
    Active,

    /// <summary>It was deleted and can be restored.</summary>
    Deleted,
}
