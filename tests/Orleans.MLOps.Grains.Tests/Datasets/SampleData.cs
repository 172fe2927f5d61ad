namespace Orleans.MLOps.Grains.Tests.Datasets;

/// <summary>Where the repository's sample data lie.</summary>
internal static class SampleData
{
    public static string Flights { get; } = Path.Combine(Root(), "samples", "data", "flights.parquet");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.MLOps.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No repository above {AppContext.BaseDirectory}.");
    }
}
