using Orleans.Concurrency;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Experiments;

/// <summary>The files of one run or logged model. It caches nothing. Key: <see cref="ArtifactsKey"/>.</summary>
[Alias("mlops.experiments.artifacts-grain")]
public interface IArtifactsGrain : IGrainWithStringKey
{
    /// <summary>Adds a file; the same path with the same bytes is a no-op, with other bytes it is replaced.</summary>
    [AlwaysInterleave]
    [Alias("add")]
    Task<ArtifactInfo> Add(string path, StagedBlob content, CancellationToken cancellationToken = default);

    /// <summary>A file; <see cref="NotFoundException"/> if there is none at the path.</summary>
    [AlwaysInterleave]
    [Alias("find")]
    Task<ArtifactInfo> Find(string path, CancellationToken cancellationToken = default);

    /// <summary>All files, by path.</summary>
    [AlwaysInterleave]
    [Alias("list")]
    Task<ArtifactInfo[]> List(CancellationToken cancellationToken = default);

    /// <summary>Files and folders directly in a folder; "" is the root. A folder that holds nothing is empty.</summary>
    [AlwaysInterleave]
    [Alias("list-folder")]
    Task<ArtifactFolder> ListFolder(string folder, CancellationToken cancellationToken = default);

    /// <summary>One page of files, or of files and folders directly in a folder; <see cref="InvalidInputException"/> if limit or token is not allowed.</summary>
    [AlwaysInterleave]
    [Alias("list-page")]
    Task<ArtifactPage> ListPage(ArtifactQuery query, CancellationToken cancellationToken = default);

    /// <summary>Removes a file, or all files of a folder; "" removes all. Returns how many were removed.</summary>
    [AlwaysInterleave]
    [Alias("delete")]
    Task<int> Delete(string path, CancellationToken cancellationToken = default);

    /// <summary>How many files there are, or null when the owner does not exist; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<int?> GetState();
}
