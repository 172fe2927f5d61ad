namespace Orleans.MLOps.Datasets;

/// <summary>The file formats that ingest reads.</summary>
[GenerateSerializer]
public enum DataFormat
{
    /// <summary>RFC 4180 text in UTF-8 with a header line.</summary>
    Csv,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}
