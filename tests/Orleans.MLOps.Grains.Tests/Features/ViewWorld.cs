using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Storage.GrainStorage;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Features;

/// <summary>How feature tests put datasets into a silo and look at what it wrote.</summary>
internal static class ViewWorld
{
    public static string SamplePath(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "samples", "data", name)))
        {
            folder = folder.Parent ?? throw new FileNotFoundException($"samples/data/{name} stands in no folder above {AppContext.BaseDirectory}.");
        }

        return Path.Combine(folder.FullName, "samples", "data", name);
    }

    public static Task<DatasetVersionInfo> MakeAsync(this PlatformFixture silo, string name, string csv) =>
        silo.MakeAsync(name, DataFormat.Csv, new MemoryStream(Encoding.UTF8.GetBytes(csv)));

    public static async Task<DatasetVersionInfo> MakeAsync(this PlatformFixture silo, string name, DataFormat format, Stream content)
    {
        var staged = await silo.Services.GetRequiredService<IBlobStore>().StageAsync(content);
        var operation = Guid.NewGuid().ToString("N");
        var dataset = silo.Grains.GetGrain<IDatasetGrain>(new DatasetKey("default", name).ToString());
        var progress = await dataset.BeginIngest(new IngestDataset { Name = name, Format = format, Content = staged }, operation);
        while (progress.Status == IngestStatus.Running)
        {
            await Task.Delay(5);
            progress = await dataset.GetIngest(operation);
        }

        return progress.Version ?? throw new InvalidOperationException(progress.Error);
    }

    /// <summary>Everything durable that a refused command must leave as it is: blob and staging files, catalog rows, grain states.</summary>
    public static async Task<string[]> TraceAsync(this PlatformFixture silo)
    {
        var rows = await silo.Services.GetRequiredService<ITables>().QueryAsync("SELECT kind || ' ' || key || ' ' || json FROM catalog ORDER BY 1", row => row.GetString(0), CancellationToken.None);
        var files = Directory.EnumerateFiles(Path.Combine(silo.Folder, "blobs"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        await using var connection = new SqliteConnection(silo.Services.GetRequiredService<IOrleansDatabase>().ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM OrleansStorage";
        return [.. rows, .. files, $"{await command.ExecuteScalarAsync()} grain states"];
    }
}
