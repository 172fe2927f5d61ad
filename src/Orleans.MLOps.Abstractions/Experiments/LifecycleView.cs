namespace Orleans.MLOps.Experiments;

/// <summary>Which lifecycles a search looks at.</summary>
[GenerateSerializer]
public enum LifecycleView
{
    /// <summary>What accepts writes.</summary>
    ActiveOnly,

    /// <summary>What was deleted and can be restored.</summary>
    DeletedOnly,

    /// <summary>Both.</summary>
    All,
}
