using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>What a dataset tells its versions. Key: <see cref="DatasetVersionKey"/>.</summary>
[Alias("mlops.datasets.version-control")]
internal interface IDatasetVersionControl : IGrainWithStringKey
{
    /// <summary>Makes the version, or gives back the one that exists, with its columns described. Idempotent.</summary>
    [Alias("create")]
    Task<DatasetVersionInfo> Create(DatasetVersionInfo version, BlobRef sketches, Dictionary<string, string> descriptions, CancellationToken cancellationToken = default);

    /// <summary>Documents columns; unknown ones are refused with <see cref="InvalidInputException"/>. Idempotent.</summary>
    [Alias("describe")]
    Task Describe(Dictionary<string, string> columns, CancellationToken cancellationToken = default);
}
