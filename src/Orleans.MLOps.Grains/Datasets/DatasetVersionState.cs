using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>What a dataset version remembers.</summary>
[GenerateSerializer, Alias("mlops.state.dataset-version")]
internal sealed class DatasetVersionState
{
    /// <summary>Null until the version exists.</summary>
    [Id(0)]
    public DatasetVersionInfo? Info { get; set; }

    [Id(1)]
    public BlobRef? Sketches { get; set; }

    [Id(2)]
    public List<SplitInfo> Splits { get; set; } = [];
}
