using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Statistics.Windows;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

/// <summary>A reference over two weeks of a model that is well calibrated, and traffic after it.</summary>
internal static class MonitorSamples
{
    public const int RowsAnHour = 20;
    public const int Version = 4;

    public static readonly DateTimeOffset Begin = new(2001, 2, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="predict">Probabilities for x and c; default those of a model that is well calibrated.</param>
    public static byte[] ReferenceBytes(Func<double[], string[], float[]>? predict = null)
    {
        var random = new Random(3);
        var rows = 14 * 24 * RowsAnHour;
        int[] all = [.. Enumerable.Range(0, rows)];
        long[] times = [.. all.Select(row => ServingSamples.Microseconds(Begin.AddDays(-14).AddHours(row / RowsAnHour)))];
        double[] x = [.. all.Select(_ => random.NextDouble())];
        string[] c = [.. all.Select(_ => random.NextDouble() < 0.5 ? "a" : "b")];
        float[] labels = [.. all.Select(row => random.NextDouble() < Probability(x[row]) ? 1f : 0f)];
        var frame = new FrameData(rows, times, times, labels, [x], [c]);
        return new TrainingReferenceBuilder().Build(frame, all, all, predict?.Invoke(x, c) ?? [.. x.Select(Probability)], ["x"], ["c"]);
    }

    /// <summary>An hour's predictions; after a shift, x is drawn elsewhere.</summary>
    public static SealedBatch Hour(int hour, bool shifted = false, int? version = null)
    {
        var random = new Random(hour);
        var x = Enumerable.Range(0, RowsAnHour).Select(_ => random.NextDouble() * (shifted ? 0.3 : 1)).ToArray();
        return new SealedBatch
        {
            Recorder = 1,
            Sequence = hour + 1,
            Rows = RowsAnHour,
            EventTimes = [.. Enumerable.Range(0, RowsAnHour).Select(row => ServingSamples.Microseconds(Begin.AddHours(hour).AddMinutes(row)))],
            Versions = [.. Enumerable.Repeat(version ?? Version, RowsAnHour)],
            Probabilities = [.. x.Select(Probability)],
            Latencies = [.. Enumerable.Repeat(1.5f, RowsAnHour)],
            NumericNames = ["x"],
            Numeric = [x],
            CategoricalNames = ["c"],
            Categorical = [[.. x.Select(value => value < 0.5 ? "a" : "b")]],
            WindowKeys = null,
        };
    }

    /// <summary>First answers to a batch an hour later; <paramref name="wrong"/> turns the world round.</summary>
    public static LabelRow[] Answers(SealedBatch batch, bool wrong)
    {
        var random = new Random((int)batch.Sequence);
        return
        [
            .. Enumerable.Range(0, batch.Rows).Select(row => new LabelRow
            {
                Recorder = batch.Recorder,
                Sequence = batch.Sequence,
                Row = row,
                Kind = LabelKind.First,
                Value = (byte)(random.NextDouble() < (wrong ? 1 - batch.Probabilities[row] : batch.Probabilities[row]) ? 1 : 0),
                ObservedAt = batch.EventTimes[row] + 3_600_000_000,
                Version = batch.Versions[row],
                EventTime = batch.EventTimes[row],
                Probability = batch.Probabilities[row],
            }),
        ];
    }

    public static IEnumerable<KeyValuePair<DateTimeOffset, ServingPane>> Panes(SealedBatch batch, MonitoringReference reference) =>
        BatchSummarizer.Summarize(batch, Version, reference.Layout).Select(pane => KeyValuePair.Create(new DateTimeOffset(pane.Key, TimeSpan.Zero), pane.Value));

    private static float Probability(double x) => (float)(0.1 + (0.8 * x));
}
