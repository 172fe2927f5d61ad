namespace Orleans.MLOps.Features;

/// <summary>Feature views through the SDK.</summary>
public interface IFeaturesClient
{
    /// <summary>Checks a definition against a dataset version and adds it. Idempotent.</summary>
    Task<FeatureViewInfo> ApplyAsync(FeatureViewDefinition definition, string dataset, string datasetDigest, CancellationToken cancellationToken = default);

    /// <summary>A version, the newest if none is given.</summary>
    Task<FeatureViewInfo> GetAsync(string name, int? version = null, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Evaluates a view over a dataset version. Idempotent.</summary>
    Task<FeatureFrame> MaterializeAsync(MaterializeView command, CancellationToken cancellationToken = default);
}
