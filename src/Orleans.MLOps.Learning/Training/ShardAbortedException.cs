namespace Orleans.MLOps.Learning.Training;

/// <summary>A shard left a training because another shard failed or was cancelled; the inner exception is that shard's reason.</summary>
public sealed class ShardAbortedException : Exception
{
    /// <summary>Names the shard that left and the reason of the one that caused it.</summary>
    /// <param name="rank">Rank of the shard that left.</param>
    /// <param name="reason">The causing shard's exception.</param>
    public ShardAbortedException(int rank, Exception reason)
        : base($"Shard {rank} left the training because another shard ended: {reason?.Message}", reason) => Rank = rank;

    /// <summary>Rank of the shard that left.</summary>
    public int Rank { get; }
}
