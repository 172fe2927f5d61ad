using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>A variant of a route: its loaded version and what goes to it.</summary>
/// <param name="Spec">What was deployed.</param>
/// <param name="Model">The loaded version.</param>
/// <param name="Share">Its share of the traffic, 0 to 1.</param>
/// <param name="Upto">The shares of the variants before it and its own.</param>
/// <param name="Queue">Where requests wait for it.</param>
/// <param name="Counters">What it has done here.</param>
internal sealed record RouteVariant(VariantSpec Spec, LoadedModel Model, double Share, double Upto, BatchQueue Queue, VariantCounters Counters)
{
    /// <summary>What the variant's draws for keys are made with: the same for the same version wherever it serves.</summary>
    public long Seed { get; init; }

    /// <summary>The version as metrics name it.</summary>
    public string VersionText { get; } = Spec.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
