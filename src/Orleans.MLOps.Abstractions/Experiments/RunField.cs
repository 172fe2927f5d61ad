namespace Orleans.MLOps.Experiments;

/// <summary>What a condition looks at.</summary>
[GenerateSerializer]
public enum RunField
{
    /// <summary>status, name, user, host, git_commit.</summary>
    Attribute,

    /// <summary>A param.</summary>
    Param,

    /// <summary>A tag.</summary>
    Tag,

    /// <summary>The latest value of a metric.</summary>
    Metric,
}
