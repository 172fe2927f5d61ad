namespace Orleans.MLOps.Datasets;

/// <summary>Datasets through the SDK.</summary>
public interface IDatasetsClient
{
    /// <summary>Uploads by streaming, archives and checks the bytes and returns the version when it is durable. Safe to repeat. <see cref="InvalidInputException"/> names the line, column and value that were wrong; nothing was written then.</summary>
    Task<DatasetVersionInfo> IngestAsync(string name, Stream content, DataFormat format, IngestOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Documents columns of the newest version.</summary>
    Task DescribeAsync(string name, Dictionary<string, string> columns, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>A version, the newest if no digest is given.</summary>
    Task<DatasetVersionInfo> GetAsync(string name, string? digest = null, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>The profile of a version.</summary>
    Task<DatasetProfile> GetProfileAsync(string name, string digest, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Creates a split. Idempotent.</summary>
    Task<SplitInfo> CreateSplitAsync(string name, string digest, CreateSplit command, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Derives a split again and compares.</summary>
    Task<SplitVerification> VerifySplitAsync(string name, string digest, string split, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Streams a blob by its digest, such as a version's raw bytes.</summary>
    Task DownloadAsync(string digest, Stream destination, CancellationToken cancellationToken = default);
}
