using Orleans.MLOps.Grains.Monitoring;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class KnownPlacesTests
{
    [Fact]
    public void Push_BatchBehindAGap_WaitsForWhatIsBetween()
    {
        var known = new KnownPlaces();
        known.Push(Batch(1));
        known.Push(Batch(3));
        Assert.Equal(1, known.Places[LabelSamples.Recorder].Offset);

        known.Push(Batch(2));
        known.Push(Batch(3));
        Assert.Equal(3, known.Places[LabelSamples.Recorder].Offset);
    }

    [Fact]
    public void Read_BatchBehindOneThatWasNeverSealed_GoesOn()
    {
        var known = new KnownPlaces();
        known.Read(Batch(1));
        known.Read(Batch(3));
        known.Push(Batch(4));
        known.Read(Batch(2));

        Assert.Equal(4, known.Places[LabelSamples.Recorder].Offset);
    }

    private static PendingPredictions Batch(long sequence) => new()
    {
        Recorder = LabelSamples.Recorder,
        Sequence = sequence,
        EventTimes = [],
        Versions = [],
        Probabilities = [],
        WindowKeys = null,
        Operations = [],
        Place = new LogPlace(0, sequence),
    };
}
