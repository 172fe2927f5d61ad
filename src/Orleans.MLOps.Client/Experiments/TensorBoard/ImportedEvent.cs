using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>What one event holds that a run can keep.</summary>
internal sealed record ImportedEvent
{
    public MetricPoint[] Points { get; init; } = [];

    public KeyValuePair<string, string>[] Params { get; init; } = [];

    /// <summary>How the run ended, where the event says so.</summary>
    public RunStatus? Ended { get; init; }
}
