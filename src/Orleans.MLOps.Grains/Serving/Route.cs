using Orleans.MLOps.Features;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>An endpoint as this silo answers it: loaded models, their weights, and where inputs come from.</summary>
internal sealed class Route
{
    private readonly (LoadedModel Model, double Share)[] _variants;
    private long _picks;

    public Route(EndpointInfo endpoint, IReadOnlyList<LoadedModel> models, FeatureViewDefinition? view)
    {
        Endpoint = endpoint;
        View = view;
        Layout = FeatureLayout.Create(models[0].Version.Signature, view);
        var total = endpoint.Variants.Sum(variant => variant.Weight);
        double share = 0;
        _variants = [.. endpoint.Variants.Select((variant, i) => (models[i], share += variant.Weight / total))];
    }

    public EndpointInfo Endpoint { get; }

    /// <summary>The view whose windows are computed online; null without one.</summary>
    public FeatureViewDefinition? View { get; }

    public FeatureLayout Layout { get; }

    /// <summary>The only variant with traffic, or null when rows are split.</summary>
    public LoadedModel? Single => _variants.Length == 1 ? _variants[0].Model : null;

    public IEnumerable<LoadedModel> Models => _variants.Select(variant => variant.Model);

    /// <summary>The variant for the next row: pseudo-random by a counter, so that shares hold over any stretch of traffic.</summary>
    public LoadedModel Pick()
    {
        var hash = (ulong)Interlocked.Increment(ref _picks) * 0x9E3779B97F4A7C15UL;
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL;
        var point = (hash >> 11) * (1.0 / (1UL << 53));
        foreach (var (model, share) in _variants)
        {
            if (point < share)
            {
                return model;
            }
        }

        return _variants[^1].Model;
    }
}
