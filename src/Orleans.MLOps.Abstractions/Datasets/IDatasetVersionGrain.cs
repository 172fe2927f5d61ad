using Orleans.Concurrency;

namespace Orleans.MLOps.Datasets;

/// <summary>An immutable dataset version with its profile and splits. Key: <see cref="DatasetVersionKey"/>.</summary>
[Alias("mlops.datasets.dataset-version-grain")]
public interface IDatasetVersionGrain : IGrainWithStringKey
{
    /// <summary>The version; <see cref="NotFoundException"/> if it does not exist.</summary>
    [ReadOnly]
    [Alias("get")]
    Task<DatasetVersionInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>Row count and column profiles.</summary>
    [ReadOnly]
    [Alias("get-profile")]
    Task<DatasetProfile> GetProfile(CancellationToken cancellationToken = default);

    /// <summary>Creates a split. Idempotent; <see cref="AlreadyExistsException"/> if the name has another rule.</summary>
    [ResponseTimeout("00:10:00")]
    [Alias("create-split")]
    Task<SplitInfo> CreateSplit(CreateSplit command, CancellationToken cancellationToken = default);

    /// <summary>A split; <see cref="NotFoundException"/> if there is none of that name.</summary>
    [ReadOnly]
    [Alias("get-split")]
    Task<SplitInfo> GetSplit(string name, CancellationToken cancellationToken = default);

    /// <summary>Derives the split again from the bytes and compares it with what is stored.</summary>
    [ResponseTimeout("00:10:00")]
    [Alias("verify-split")]
    Task<SplitVerification> VerifySplit(string name, CancellationToken cancellationToken = default);

    /// <summary>The version, or null; the dashboard shows it.</summary>
    [ReadOnly]
    [Alias("get-state")]
    Task<DatasetVersionInfo?> GetState();
}
