using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>What was acknowledged of one run.</summary>
internal sealed class RunJournal
{
    public required string Id { get; init; }

    public Dictionary<string, string> Params { get; } = [];

    public Dictionary<string, string> Tags { get; } = [];

    public List<MetricPoint> Points { get; } = [];

    /// <summary>Path to digest.</summary>
    public Dictionary<string, string> Artifacts { get; } = [];

    public bool HasEnded { get; set; }

    public void Take(LogBatch batch)
    {
        foreach (var (name, value) in batch.Params)
        {
            Params.Add(name, value);
        }

        foreach (var (name, value) in batch.Tags)
        {
            Tags[name] = value;
        }

        Points.AddRange(batch.Metrics);
    }
}
