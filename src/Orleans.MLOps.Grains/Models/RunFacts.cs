using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What the registry reads of a run.</summary>
internal sealed record RunFacts(IReadOnlyDictionary<string, string> Params, IReadOnlyDictionary<string, double> Metrics)
{
    public static RunFacts None { get; } = new(new Dictionary<string, string>(), new Dictionary<string, double>());

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
