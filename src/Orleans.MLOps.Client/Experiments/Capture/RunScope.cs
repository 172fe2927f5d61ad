using System.Globalization;

namespace Orleans.MLOps.Experiments;

/// <summary>The run that a captured body works for. Thread-safe.</summary>
public sealed class RunScope
{
    private readonly IExperimentsClient _experiments;
    private readonly MetricLogger _metrics;

    internal RunScope(IExperimentsClient experiments, RunInfo run, MetricLogger metrics)
    {
        (_experiments, Run, _metrics) = (experiments, run, metrics);
    }

    /// <summary>The run as it was started.</summary>
    public RunInfo Run { get; }

    /// <summary>Its id.</summary>
    public string RunId => Run.RunId;

    /// <summary>Logs a metric in the background; see <see cref="MetricLogger.Log"/>.</summary>
    public bool Log(string key, double value, long step = 0) => _metrics.Log(key, value, step);

    /// <summary>Sets a param; the same value again is a no-op, another is refused.</summary>
    public Task SetParamAsync(string key, object value, CancellationToken cancellationToken = default) => _experiments.LogAsync(
        RunId, new LogBatch { Params = new() { [key] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" }, OperationId = Guid.NewGuid().ToString("N") }, cancellationToken);

    /// <summary>Sets or overwrites a tag.</summary>
    public Task SetTagAsync(string key, string value, CancellationToken cancellationToken = default) => _experiments.LogAsync(
        RunId, new LogBatch { Tags = new() { [key] = value }, OperationId = Guid.NewGuid().ToString("N") }, cancellationToken);

    /// <summary>Adds a file to the run by streaming.</summary>
    public Task<ArtifactInfo> LogArtifactAsync(string path, Stream content, CancellationToken cancellationToken = default) =>
        _experiments.LogArtifactAsync(RunId, path, content, cancellationToken);

    /// <summary>Records what the run used and made.</summary>
    public Task LogInputsAsync(LogInputs inputs, CancellationToken cancellationToken = default) => _experiments.LogInputsAsync(RunId, inputs, cancellationToken);
}
