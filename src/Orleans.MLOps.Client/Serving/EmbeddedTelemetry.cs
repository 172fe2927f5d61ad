using Orleans.MLOps.Client.Resilience;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Serving;

/// <summary>
/// Reports what an <see cref="EmbeddedModel"/> answers to an endpoint of the platform, in the background and many predictions in one call, so that they are
/// monitored as if the endpoint had answered. Answering never waits for it. Each report has a name of its own and is repeated until the platform has
/// it, which records it once however often it arrives. Nothing is lost silently: what is dropped because too much waits, or refused for good, is counted
/// and told. Disposing it sends what waits; so does the end of the process, within <see cref="EmbeddedTelemetryOptions.ExitTimeout"/>.
/// </summary>
public sealed class EmbeddedTelemetry : IAsyncDisposable
{
    /// <summary>Half of what the gRPC door takes by default.</summary>
    private const int LargestReport = 2 << 20;

    private readonly EmbeddedTelemetryOptions options;
    private readonly FeatureLayout layout;
    private readonly ReportPredictions head;
    private readonly IServingClient serving;
    private readonly Action<EmbeddedTelemetry> detach;
    private readonly BackgroundSender<PredictedRows> sender;
    private string? lastName;
    private int partsDone;
    private long unreportable;
    private long late;

    internal EmbeddedTelemetry(
        IServingClient serving, ReportPredictions head, FeatureLayout layout, EmbeddedTelemetryOptions options, Action<EmbeddedTelemetry> detach, ProcessEnd process)
    {
        (this.serving, this.head, this.layout, this.options, this.detach) = (serving, head, layout, options, detach);
        sender = new BackgroundSender<PredictedRows>(
            new()
            {
                What = $"predictions for endpoint {head.Endpoint}",
                Counter = $"{nameof(EmbeddedTelemetry)}.{nameof(Dropped)}",
                SizeOf = static rows => rows.Count,
                Send = SendAsync,
                Capacity = options.Capacity,
                BatchSize = options.BatchSize,
                MaximumDelay = options.MaximumDelay,
                ExitTimeout = options.ExitTimeout,
                Clock = options.Clock,
                Warn = options.Warn,
            },
            process);
    }

    /// <summary>Predictions taken so far.</summary>
    public long Accepted => sender.Accepted;

    /// <summary>Predictions that the platform has recorded.</summary>
    public long Recorded => sender.Stored;

    /// <summary>Predictions that found no room, or were answered when reporting had ended, and were dropped.</summary>
    public long Dropped => sender.Dropped + Interlocked.Read(ref late);

    /// <summary>Predictions that the platform refused for good, that no report takes (a probability outside of 0 to 1, a row over 2 MiB), or that were given up at the end.</summary>
    public long Refused => sender.Refused + Interlocked.Read(ref unreportable);

    /// <summary>Returns when every prediction answered before the call is recorded, or was refused for good.</summary>
    /// <exception cref="FailedPreconditionException">Predictions were refused for good or dropped since reporting began; the message counts them.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await sender.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (Refused + Dropped > 0)
        {
            throw new FailedPreconditionException(
                $"{Refused} predictions for endpoint '{head.Endpoint}' were refused and {Dropped} found no room; the rest is recorded.", "predictions");
        }
    }

    /// <summary>Stops reporting and sends what waits, however long the platform is away. Counts and warnings say what was lost.</summary>
    public ValueTask DisposeAsync()
    {
        detach(this);
        return sender.DisposeAsync();
    }

    internal long Start() => options.Clock.GetTimestamp();

    internal void Offer(BoundColumns bound, double[] probabilities, long started)
    {
        var (at, latency) = (options.Clock.GetUtcNow(), options.Clock.GetElapsedTime(started).TotalMilliseconds);
        foreach (var taken in Reportable(bound, probabilities))
        {
            try
            {
                sender.Offer(new PredictedRows(bound, probabilities, taken, at, latency));
            }
            catch (ObjectDisposedException)
            {
                // A call that began before reporting ended is answered all the same; it is counted.
                Interlocked.Add(ref late, bound.Rows - taken.Start.Value);
                return;
            }
        }
    }

    /// <summary>Rows that fit one report each time; a row that no report takes would take its neighbours with it, and is counted and told instead.</summary>
    private IEnumerable<Range> Reportable(BoundColumns bound, double[] probabilities)
    {
        var (first, bytes) = (0, 0L);
        for (var row = 0; row < bound.Rows; row++)
        {
            var size = PredictedRows.BytesOf(bound, row..(row + 1));
            var isReportable = probabilities[row] is >= 0 and <= 1 && size <= LargestReport;
            if (row > first && (!isReportable || bytes + size > LargestReport || row - first == options.BatchSize))
            {
                yield return first..row;
                (first, bytes) = (row, 0);
            }

            bytes += size;
            if (!isReportable)
            {
                (first, bytes) = (row + 1, 0);
                Refuse(probabilities[row], size);
            }
        }

        if (first < bound.Rows)
        {
            yield return first..bound.Rows;
        }
    }

    private void Refuse(double probability, long bytes)
    {
        if (Interlocked.Increment(ref unreportable) == 1)
        {
            Warn(bytes > LargestReport
                ? $"A prediction for endpoint '{head.Endpoint}' takes {bytes} bytes; a report holds {LargestReport}. It is not reported; {nameof(EmbeddedTelemetry)}.{nameof(Refused)} counts such predictions."
                : $"A probability for endpoint '{head.Endpoint}' is {probability}; 0 to 1 are recorded. It is not reported; {nameof(EmbeddedTelemetry)}.{nameof(Refused)} counts such predictions.");
        }
    }

    private async Task SendAsync(string name, PredictedRows[] answered, CancellationToken cancellationToken)
    {
        // Batches go one after the other, so the same name again is another attempt at the last one.
        var isRepeat = name == lastName;
        (lastName, partsDone) = (name, isRepeat ? partsDone : 0);
        var parts = Split(answered);
        while (partsDone < parts.Count)
        {
            var report = PredictedRows.ToReport([.. parts[partsDone]], layout, head with { OperationId = $"{name}-{partsDone}", IsRepeat = isRepeat });
            var reply = await serving.ReportAsync(report, cancellationToken).ConfigureAwait(false);
            partsDone++;
            Tell(report, reply);
        }
    }

    /// <summary>A message has a limit of bytes, a batch one of rows.</summary>
    private static List<List<PredictedRows>> Split(PredictedRows[] answered)
    {
        var parts = new List<List<PredictedRows>>();
        var bytes = long.MaxValue;
        foreach (var rows in answered)
        {
            if (bytes > LargestReport - rows.Bytes)
            {
                parts.Add([]);
                bytes = 0;
            }

            parts[^1].Add(rows);
            bytes += rows.Bytes;
        }

        return parts;
    }

    private void Tell(ReportPredictions report, ReportedPredictions reply)
    {
        try
        {
            options.Reported?.Invoke(report, reply);
        }
        catch (Exception error)
        {
            Warn($"{nameof(EmbeddedTelemetryOptions)}.{nameof(EmbeddedTelemetryOptions.Reported)} failed; the report is recorded all the same: {error.Message}");
        }
    }

    private void Warn(string warning)
    {
        try
        {
            options.Warn(warning);
        }
        catch (Exception)
        {
            // Whoever cannot be told must stop neither the caller's answer nor the sending.
        }
    }
}
