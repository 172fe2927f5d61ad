namespace Orleans.MLOps.Datasets;

/// <summary>An immutable version of a dataset.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.dataset-version-info")]
public sealed record DatasetVersionInfo
{
    /// <summary>The project.</summary>
    [Id(0)]
    public required string Project { get; init; }

    /// <summary>The dataset's name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The version's digest: SHA-256 over the raw bytes' digest and the rules of the ingest, 64 hex characters.</summary>
    [Id(2)]
    public required string Digest { get; init; }

    /// <summary>The bytes as they came, unchanged.</summary>
    [Id(3)]
    public required BlobRef Raw { get; init; }

    /// <summary>The accepted rows as Parquet, with a leading row_ordinal column (position in the raw file, from 0).</summary>
    [Id(4)]
    public required BlobRef Data { get; init; }

    /// <summary>The rejected rows as Parquet with a reason column; absent when there are none.</summary>
    [Id(5)]
    public BlobRef? Quarantine { get; init; }

    /// <summary>Accepted rows.</summary>
    [Id(6)]
    public long RowCount { get; init; }

    /// <summary>Rejected rows.</summary>
    [Id(7)]
    public long QuarantinedRows { get; init; }

    /// <summary>The schema without row_ordinal.</summary>
    [Id(8)]
    public ColumnSchema[] Columns { get; init; } = [];

    /// <summary>Where the bytes come from.</summary>
    [Id(9)]
    public string? Source { get; init; }

    /// <summary>Keys of the entities the data were derived from.</summary>
    [Id(10)]
    public string[] Parents { get; init; } = [];

    /// <summary>When the version was made.</summary>
    [Id(11)]
    public DateTimeOffset CreatedAt { get; init; }
}
