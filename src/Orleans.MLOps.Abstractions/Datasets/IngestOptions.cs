namespace Orleans.MLOps.Datasets;

/// <summary>What an ingest may say beside name, bytes and format.</summary>
public sealed record IngestOptions
{
    /// <summary>The project; default "default".</summary>
    public string Project { get; init; } = "default";

    /// <summary>Rules that quarantine rows; default none.</summary>
    public Expectation[] Expectations { get; init; } = [];

    /// <summary>Column name to description; default none.</summary>
    public Dictionary<string, string> Descriptions { get; init; } = [];

    /// <summary>Where the bytes come from, free text.</summary>
    public string? Source { get; init; }

    /// <summary>Keys of the entities the data were derived from; default none.</summary>
    public string[] Parents { get; init; } = [];
}
