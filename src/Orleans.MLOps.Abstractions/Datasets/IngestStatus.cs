namespace Orleans.MLOps.Datasets;

/// <summary>How far an ingest is.</summary>
[GenerateSerializer]
public enum IngestStatus
{
    /// <summary>Bytes are being read.</summary>
    Running,

    /// <summary>The version exists.</summary>
    Completed,

    /// <summary>The input was refused; nothing was written.</summary>
    Failed,
}
