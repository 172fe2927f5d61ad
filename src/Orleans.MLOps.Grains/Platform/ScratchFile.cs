using Orleans.MLOps.Storage;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>A file name in the data folder for a result on its way into the blob store; what stands there is removed in the end, at the latest at the next start.</summary>
internal sealed class ScratchFile : IDisposable
{
    public ScratchFile(StorageOptions options)
    {
        var folder = System.IO.Path.Combine(options.DataFolder, "scratch");
        Directory.CreateDirectory(folder);
        Path = System.IO.Path.Combine(folder, $"{Guid.NewGuid():N}.parquet");
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
