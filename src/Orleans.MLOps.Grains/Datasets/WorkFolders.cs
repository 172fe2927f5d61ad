using Orleans.MLOps.Storage;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>
/// Makes folders for files on their way to becoming blobs. They lie on the data volume, in the scratch folder that the engine
/// empties when a process starts, so a crash leaves nothing for long.
/// </summary>
internal sealed class WorkFolders(StorageOptions options, AnalyticsEngine engine)
{
    public AnalyticsEngine Engine { get; } = engine;

    public WorkFolder Create() =>
        new(Directory.CreateDirectory(Path.Combine(Path.GetFullPath(options.DataFolder), "scratch", $"dataset-{Guid.NewGuid():N}")).FullName);
}
