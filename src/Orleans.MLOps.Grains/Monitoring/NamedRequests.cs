namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Which batch has the predictions of a named request: the first, should one have been recorded more than once.</summary>
internal sealed class NamedRequests
{
    private readonly Dictionary<Guid, PendingPredictions> _batches = [];

    public void Add(PendingPredictions batch)
    {
        foreach (var operation in batch.Operations)
        {
            _batches.TryAdd(operation.Id, batch);
        }
    }

    public void Remove(PendingPredictions batch)
    {
        foreach (var operation in batch.Operations)
        {
            _batches.Remove(operation.Id);
        }
    }

    /// <summary>Where a request was recorded; null when no batch held here has it.</summary>
    public RecordedOperation? Find(Guid operation) => !_batches.TryGetValue(operation, out var batch)
        ? null
        : new RecordedOperation { Recorder = batch.Recorder, Place = batch.Place, Rows = Array.Find(batch.Operations, candidate => candidate.Id == operation) };
}
