namespace Orleans.MLOps.Cluster.Tests.Histories.Recording;

/// <summary>How an operation ended.</summary>
internal enum OperationType
{
    /// <summary>Acknowledged: it took effect between its invocation and its completion.</summary>
    Ok,

    /// <summary>Refused: it surely took no effect.</summary>
    Fail,

    /// <summary>Unknown: it may have taken effect, or may yet at any later time.</summary>
    Info,
}
