using Orleans.Concurrency;

namespace Orleans.MLOps.Models;

/// <summary>A registered model: its versions and aliases. Key: <see cref="ModelKey"/>.</summary>
[Alias("mlops.models.model-grain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>Adds an immutable version. Idempotent by operation id. A version whose export failed parity is kept as Refused and may not serve.</summary>
    [Alias("register")]
    Task<ModelVersionInfo> Register(RegisterModelVersion command, CancellationToken cancellationToken = default);

    /// <summary>Moves an alias by compare-and-set. Idempotent by operation id; <see cref="FailedPreconditionException"/> when the alias is elsewhere.</summary>
    [Alias("set-alias")]
    Task<ModelInfo> SetAlias(SetAlias command, CancellationToken cancellationToken = default);

    /// <summary>A version; <see cref="NotFoundException"/> if there is none.</summary>
    [ReadOnly]
    [Alias("get-version")]
    Task<ModelVersionInfo> GetVersion(int version, CancellationToken cancellationToken = default);

    /// <summary>The model; <see cref="NotFoundException"/> if it does not exist.</summary>
    [ReadOnly]
    [Alias("get")]
    Task<ModelInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The model, or null; the dashboard shows it.</summary>
    [ReadOnly]
    [Alias("get-state")]
    Task<ModelInfo?> GetState();
}
