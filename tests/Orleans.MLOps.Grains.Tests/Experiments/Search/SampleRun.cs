namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>A run as tests know it.</summary>
internal sealed record SampleRun(string Id, long Experiment, string Name, string Status, string? User, long StartedUs, long? EndedUs, bool Deleted)
{
    public Dictionary<string, string> Params { get; init; } = [];

    public Dictionary<string, string> Tags { get; init; } = [];

    public Dictionary<string, double> Metrics { get; init; } = [];

    public (string Name, string Digest, string Context)[] Datasets { get; init; } = [];
}
