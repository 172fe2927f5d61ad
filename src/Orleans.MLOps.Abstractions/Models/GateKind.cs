namespace Orleans.MLOps.Models;

/// <summary>What a promotion gate asks for.</summary>
[GenerateSerializer]
public enum GateKind
{
    /// <summary>The metric is at least the bound.</summary>
    MetricAtLeast,

    /// <summary>The metric is at most the bound.</summary>
    MetricAtMost,

    /// <summary>The metric is better than that of the version which the alias holds, or held last, by the bound at least, on the same holdout. A first version must have been measured.</summary>
    BetterThanChampion,

    /// <summary>The exported model answers as the trained one does.</summary>
    ParityPassed,

    /// <summary>Every metric whose name begins with <c>fairness.</c> is from minus the bound to the bound, and there is one.</summary>
    FairnessWithin,

    /// <summary>Somebody has approved the version who neither registered it nor asks for the move.</summary>
    ApprovedBySecondPerson,
}
