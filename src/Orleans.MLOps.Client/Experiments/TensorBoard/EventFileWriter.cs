using Orleans.MLOps.Client.Experiments.TensorBoard.Format;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Writes one run as an event file. What it is given leaves it at once, but for a piece of 64 KB.</summary>
internal sealed class EventFileWriter(Stream stream)
{
    public const string Version = "brain.Event:2";

    private readonly RecordWriter _records = new(stream);

    public async ValueTask StartAsync(RunInfo run, IEnumerable<string> metrics, CancellationToken cancellationToken)
    {
        var at = WallTime.Of(run.StartedAt);
        await _records.WriteAsync(new Event { WallTime = at, FileVersion = Version }, cancellationToken).ConfigureAwait(false);
        await _records.WriteAsync(new Event { WallTime = at, Summary = HparamSummaries.Experiment(run, metrics) }, cancellationToken).ConfigureAwait(false);
        await _records.WriteAsync(new Event { WallTime = at, Summary = HparamSummaries.Start(run) }, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask WriteAsync(MetricPoint point, CancellationToken cancellationToken)
    {
        // TensorBoard shows scalars of 32 bits only.
        var shown = (float)point.Value;
        var value = new Summary.Types.Value { Tag = point.Key, SimpleValue = shown };
        if (!point.Value.Equals(shown))
        {
            value.ExactValue = point.Value;
        }

        return WriteAsync(value, point.Step, point.Timestamp, cancellationToken);
    }

    public ValueTask WriteAsync(string tag, long step, DateTimeOffset at, Histogram histogram, CancellationToken cancellationToken)
    {
        var message = new Format.Histogram { Min = histogram.Edges[0], Max = histogram.Edges[^1] };
        for (var i = 0; i < histogram.Counts.Length; i++)
        {
            var count = histogram.Counts[i];
            var middle = (histogram.Edges[i] / 2) + (histogram.Edges[i + 1] / 2);
            message.Num += count;
            message.Sum += count * middle;
            message.SumSquares += count * middle * middle;
            message.BucketLimit.Add(histogram.Edges[i + 1]);
            message.Bucket.Add(count);
        }

        return WriteAsync(new() { Tag = tag, Histo = message }, step, at, cancellationToken);
    }

    public async ValueTask EndAsync(RunInfo run, CancellationToken cancellationToken)
    {
        var end = new Event { WallTime = WallTime.Of(run.EndedAt ?? run.StartedAt), Summary = HparamSummaries.End(run) };
        await _records.WriteAsync(end, cancellationToken).ConfigureAwait(false);
        await _records.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private ValueTask WriteAsync(Summary.Types.Value value, long step, DateTimeOffset at, CancellationToken cancellationToken) =>
        _records.WriteAsync(new Event { WallTime = WallTime.Of(at), Step = step, Summary = new() { Value = { value } } }, cancellationToken);
}
