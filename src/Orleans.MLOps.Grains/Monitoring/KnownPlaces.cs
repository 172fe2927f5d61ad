namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Up to where the log of each recorder is known.</summary>
internal sealed class KnownPlaces
{
    private readonly Dictionary<uint, (long Sequence, LogPlace Place)> _known = [];

    public IReadOnlyDictionary<uint, LogPlace> Places => _known.ToDictionary(known => known.Key, known => known.Value.Place);

    /// <summary>Takes a batch that was pushed; one that is not the next of its recorder changes nothing, because what is between may still come.</summary>
    public void Push(PendingPredictions batch)
    {
        if (batch.Sequence == _known.GetValueOrDefault(batch.Recorder).Sequence + 1)
        {
            _known[batch.Recorder] = (batch.Sequence, batch.Place);
        }
    }

    /// <summary>Takes the next batch of a log that is read in order: what is missing before it was never sealed.</summary>
    public void Read(PendingPredictions batch)
    {
        if (batch.Sequence > _known.GetValueOrDefault(batch.Recorder).Sequence)
        {
            _known[batch.Recorder] = (batch.Sequence, batch.Place);
        }
    }
}
