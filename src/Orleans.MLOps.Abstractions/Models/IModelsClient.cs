namespace Orleans.MLOps.Models;

/// <summary>The model registry through the SDK.</summary>
public interface IModelsClient
{
    /// <summary>A registered model with its aliases.</summary>
    Task<ModelInfo> GetAsync(string model, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>A version.</summary>
    Task<ModelVersionInfo> GetVersionAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Moves an alias by compare-and-set. Idempotent by operation id.</summary>
    Task<ModelInfo> SetAliasAsync(SetAlias command, CancellationToken cancellationToken = default);
}
