using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What the registry reads of a run.</summary>
internal sealed record RunFacts
{
    public static RunFacts None { get; } = new();

    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The digests of each dataset that the run used, with the purpose in brackets where one was given.</summary>
    public IReadOnlyDictionary<string, string> Datasets { get; init; } = new Dictionary<string, string>();

    /// <summary>A version's metrics, and those of its run where it has none of that name.</summary>
    public Dictionary<string, double> MetricsOf(ModelVersionInfo version)
    {
        var all = new Dictionary<string, double>(Metrics);
        foreach (var (name, value) in version.Metrics)
        {
            all[name] = value;
        }

        return all;
    }
}
