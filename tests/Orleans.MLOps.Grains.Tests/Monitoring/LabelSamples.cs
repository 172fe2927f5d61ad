using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

/// <summary>Sealed predictions of one recorder and labels for them.</summary>
internal static class LabelSamples
{
    public const uint Recorder = 7;
    public const int BatchRows = 3;

    public static readonly DateTimeOffset Now = ServingSamples.Now;

    public static PendingPredictions Batch(long sequence, uint recorder = Recorder) => new()
    {
        Recorder = recorder,
        Sequence = sequence,
        EventTimes = [.. Enumerable.Range(0, BatchRows).Select(row => ServingSamples.Microseconds(Now.AddMinutes(row)))],
        Versions = [1, 2, 1],
        Probabilities = [0.1f, 0.2f, 0.3f],
        WindowKeys = ["a", "b", "c"],
        Operations = [],
        Place = default,
    };

    public static string Id(long sequence, int row, uint recorder = Recorder) =>
        PredictionId.Create(ServingSamples.Microseconds(Now), recorder, sequence, row).ToString();

    public static LabelBatch Labels(params (long Sequence, int Row, double Value)[] labels) => LabelsOf(Recorder, labels);

    public static LabelBatch LabelsOf(uint recorder, params (long Sequence, int Row, double Value)[] labels) => new()
    {
        Endpoint = "e",
        PredictionIds = [.. labels.Select(label => Id(label.Sequence, label.Row, recorder))],
        Values = [.. labels.Select(label => label.Value)],
        ObservedAt = [.. labels.Select((_, i) => Now.AddMinutes(i))],
    };

    public static LabelBatch Later(this LabelBatch batch, TimeSpan by) => batch with { ObservedAt = [.. batch.ObservedAt.Select(time => time + by)] };
}
