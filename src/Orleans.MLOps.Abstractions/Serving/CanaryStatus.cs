namespace Orleans.MLOps.Serving;

/// <summary>How a canary stands.</summary>
[GenerateSerializer]
public enum CanaryStatus
{
    /// <summary>It goes through its steps.</summary>
    Running,

    /// <summary>It has all the traffic.</summary>
    Promoted,

    /// <summary>A guard did not hold, and what was served before is served again.</summary>
    RolledBack,
}
