namespace Orleans.MLOps.Grains.Datasets;

/// <summary>What a dataset remembers.</summary>
[GenerateSerializer, Alias("mlops.state.dataset")]
internal sealed class DatasetState
{
    /// <summary>The versions, oldest first.</summary>
    [Id(0)]
    public List<DatasetVersionEntry> Versions { get; set; } = [];

    /// <summary>Ingests that run and the last ones that ended, oldest first.</summary>
    [Id(1)]
    public List<IngestRecord> Ingests { get; set; } = [];
}
