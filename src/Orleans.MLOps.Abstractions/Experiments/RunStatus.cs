namespace Orleans.MLOps.Experiments;

/// <summary>The state of a run.</summary>
[GenerateSerializer]
public enum RunStatus
{
    /// <summary>It is under way.</summary>
    Running,

    /// <summary>It ended well.</summary>
    Finished,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Killed,

    /// <summary>It waits to be started.</summary>
    Scheduled,
}
