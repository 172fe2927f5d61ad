namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Up to where the log of each recorder is known without a gap.</summary>
internal sealed class KnownPlaces
{
    private readonly Dictionary<uint, (long Sequence, LogPlace Place)> _known = [];

    public IReadOnlyDictionary<uint, LogPlace> Places => _known.ToDictionary(known => known.Key, known => known.Value.Place);

    /// <summary>Takes a batch in; one that is not the next of its recorder changes nothing.</summary>
    public void Add(PendingPredictions batch)
    {
        if (batch.Sequence == _known.GetValueOrDefault(batch.Recorder).Sequence + 1)
        {
            _known[batch.Recorder] = (batch.Sequence, batch.Place);
        }
    }
}
