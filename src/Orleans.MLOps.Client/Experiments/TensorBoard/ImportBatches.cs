using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Gathers what a reader gives into batches named by their number, so a repeat with another file is noticed. A dry one only counts.</summary>
internal sealed class ImportBatches(IExperimentsClient experiments, string runId, bool isDry)
{
    public const int BatchPoints = 1000;
    public const int BatchParams = 100;

    private readonly List<MetricPoint> _points = new(BatchPoints);
    private Dictionary<string, string> _params = [];
    private int _batch;

    public long Points { get; private set; }

    public int Params { get; private set; }

    public async ValueTask AddAsync(ImportedEvent item, CancellationToken cancellationToken)
    {
        foreach (var (key, value) in item.Params)
        {
            Params++;
            _params.Add(key, value);
            await SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var point in item.Points)
        {
            Points++;
            _points.Add(point);
            await SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what is left, with these tags.</summary>
    public Task EndAsync(Dictionary<string, string> tags, CancellationToken cancellationToken) => SendAsync(tags, cancellationToken);

    private Task SendIfFullAsync(CancellationToken cancellationToken) =>
        _points.Count == BatchPoints || _params.Count == BatchParams ? SendAsync([], cancellationToken) : Task.CompletedTask;

    private async Task SendAsync(Dictionary<string, string> tags, CancellationToken cancellationToken)
    {
        if (!isDry)
        {
            var batch = new LogBatch
            {
                OperationId = $"tensorboard-{++_batch}",
                Params = _params,
                Tags = tags,
                Metrics = [.. _points],
            };
            await experiments.LogAsync(runId, batch, cancellationToken).ConfigureAwait(false);
        }

        _points.Clear();
        _params = [];
    }
}
