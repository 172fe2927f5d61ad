namespace Orleans.MLOps.Cluster.Tests.Histories.BrokenStore;

internal enum Breakage
{
    None,

    /// <summary>One write is acknowledged and not done.</summary>
    Drop,

    /// <summary>One write is done twice.</summary>
    Double,

    /// <summary>One write is acknowledged and done behind others that came after it.</summary>
    Swap,
}
