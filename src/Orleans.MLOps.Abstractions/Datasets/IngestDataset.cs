namespace Orleans.MLOps.Datasets;

/// <summary>Makes a dataset version of staged bytes. Repeating it with the same bytes and rules gives the same version.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.ingest-dataset")]
public sealed record IngestDataset
{
    /// <summary>The project; default "default".</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The dataset's name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>How the bytes are to be read.</summary>
    [Id(2)]
    public DataFormat Format { get; init; }

    /// <summary>The staged upload; committed when the ingest succeeds, abandoned when it is refused.</summary>
    [Id(3)]
    public required StagedBlob Content { get; init; }

    /// <summary>Rules that quarantine rows; default none.</summary>
    [Id(4)]
    public Expectation[] Expectations { get; init; } = [];

    /// <summary>Column name to description; default none.</summary>
    [Id(5)]
    public Dictionary<string, string> Descriptions { get; init; } = [];

    /// <summary>Where the bytes come from, free text.</summary>
    [Id(6)]
    public string? Source { get; init; }

    /// <summary>Keys of the entities the data were derived from (lineage); default none.</summary>
    [Id(7)]
    public string[] Parents { get; init; } = [];
}
