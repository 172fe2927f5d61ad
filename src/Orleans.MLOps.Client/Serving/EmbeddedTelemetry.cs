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

    /// <summary>Predictions that found no room and were dropped.</summary>
    public long Dropped => sender.Dropped;

    /// <summary>Predictions that the platform refused for good, or that were given up at the end.</summary>
    public long Refused => sender.Refused;

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
        var pieces = Math.Max(1, (int)((PredictedRows.BytesOf(bound, ..) + LargestReport - 1) / LargestReport));
        var rows = Math.Clamp(bound.Rows / pieces, 1, options.BatchSize);
        for (var first = 0; first < bound.Rows; first += rows)
        {
            var taken = first..Math.Min(bound.Rows, first + rows);
            try
            {
                sender.Offer(new PredictedRows(bound, probabilities, taken, at, latency));
            }
            catch (ObjectDisposedException)
            {
                // A call that began before reporting ended is answered all the same.
                return;
            }
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
            options.Warn($"{nameof(EmbeddedTelemetryOptions)}.{nameof(EmbeddedTelemetryOptions.Reported)} failed; the report is recorded all the same: {error.Message}");
        }
    }
}
