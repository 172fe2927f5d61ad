using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>What one event holds that a run can keep.</summary>
internal sealed record ImportedEvent
{
    public List<MetricPoint> Points { get; } = [];

    public Dictionary<string, string> Params { get; } = [];
}
