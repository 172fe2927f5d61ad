namespace Orleans.MLOps.Grains.Datasets;

/// <summary>A folder that goes away with the work that needed it.</summary>
internal sealed class WorkFolder(string path) : IDisposable
{
    public string File(string name) => Path.Combine(path, name);

    public void Dispose()
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
