using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Models;

/// <summary>An endpoint as the registry sees it: which versions it needs.</summary>
internal sealed record ModelEndpoint(string Name, HashSet<int> Versions)
{
    /// <summary>It needs what it serves, and what a rollback makes it serve.</summary>
    public static ModelEndpoint Of(EndpointInfo endpoint) => new(
        endpoint.Name,
        [.. endpoint.Variants.Concat(endpoint.History.SkipLast(1).LastOrDefault()?.Variants ?? []).Select(variant => variant.Version)]);

    public bool Needs(int version) => Versions.Contains(version);
}
