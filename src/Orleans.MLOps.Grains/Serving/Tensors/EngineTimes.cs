using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>Where the time of one request went, recording aside.</summary>
/// <param name="Queued">From its arrival to the call of the engine.</param>
/// <param name="Computed">In the engine, the whole batch.</param>
/// <param name="BatchRows">Rows that went to the engine together.</param>
internal readonly record struct EngineTimes(TimeSpan Queued, TimeSpan Computed, int BatchRows)
{
    public InferTimes ToContract() =>
        new() { QueueMicroseconds = (int)Queued.TotalMicroseconds, InferMicroseconds = (int)Computed.TotalMicroseconds, BatchRows = BatchRows };

    /// <summary>Of a request whose parts went to several engines one after the other.</summary>
    public EngineTimes Then(EngineTimes next) => new(Queued + next.Queued, Computed + next.Computed, Math.Max(BatchRows, next.BatchRows));
}
