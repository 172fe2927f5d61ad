namespace Orleans.MLOps.Grains.Training;

/// <summary>How a part of a generation ended. In the order in which one of several explains the end of all.</summary>
[GenerateSerializer]
internal enum PartEnd
{
    /// <summary>Another generation has taken over.</summary>
    Stale,

    /// <summary>It cannot succeed.</summary>
    Failed,

    /// <summary>Something was away; the next generation goes on from the checkpoint.</summary>
    Interrupted,

    /// <summary>It was told to end.</summary>
    Stopped,

    /// <summary>All was done.</summary>
    Completed,
}
