using Orleans.Concurrency;

namespace Orleans.MLOps.Features;

/// <summary>A feature view and its definition versions. Key: <see cref="FeatureViewKey"/>.</summary>
[Alias("mlops.features.feature-view-grain")]
public interface IFeatureViewGrain : IGrainWithStringKey
{
    /// <summary>Checks the definition against a dataset version and adds it as a new version; the same definition again gives the same version. Wrong SQL or columns are refused.</summary>
    [ResponseTimeout("00:02:00")]
    [Alias("apply")]
    Task<FeatureViewInfo> Apply(FeatureViewDefinition definition, string dataset, string datasetDigest, CancellationToken cancellationToken = default);

    /// <summary>A version, the newest if none is given; <see cref="NotFoundException"/> if there is none.</summary>
    [ReadOnly]
    [Alias("get")]
    Task<FeatureViewInfo> Get(int? version, CancellationToken cancellationToken = default);

    /// <summary>Evaluates the view over a dataset version. Idempotent: cached by its inputs.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    [Alias("materialize")]
    Task<FeatureFrame> Materialize(MaterializeView command, CancellationToken cancellationToken = default);

    /// <summary>The newest version, or null; the dashboard shows it.</summary>
    [ReadOnly]
    [Alias("get-state")]
    Task<FeatureViewInfo?> GetState();
}
