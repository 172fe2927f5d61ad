using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage;
using Orleans.MLOps.Storage.Postgres;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>Tables of one engine with some runs.</summary>
internal sealed class SearchWorld : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlops-search-").FullName;
    private readonly ServiceProvider _services;

    private SearchWorld(string? postgres)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.AddMlopsStorage(new StorageOptions { DataFolder = _folder, Postgres = postgres });
        _services = services.BuildServiceProvider();
        Tables = _services.GetRequiredService<ITables>();
        Search = new RunSearch(Tables, new RunPlanner(Tables, PlatformClock.System));
    }

    public ITables Tables { get; }

    public IBlobStore Blobs => _services.GetRequiredService<IBlobStore>();

    public RunSearch Search { get; }

    public List<SampleRun> Runs { get; } = [];

    /// <summary>Experiments 1 to 3, of which the last is deleted, and runs in them.</summary>
    public static async Task<SearchWorld> CreateAsync(string? postgres, int runs)
    {
        if (postgres is not null)
        {
            await using var database = new PostgresDatabase(postgres);
            await database.MigrateAsync();
        }

        var world = new SearchWorld(postgres);
        foreach (var (name, lifecycle) in new[] { ("one", "Active"), ("two", "Active"), ("three", "Deleted") })
        {
            await world.Tables.WriteAsync(new TableWrite().Add(
                "INSERT INTO experiments (project, name, lifecycle, created_us, updated_us) VALUES ('p', $1, $2, 1000, 1000)", name, lifecycle));
        }

        var generator = new PCG(1, 4711);
        while (world.Runs.Count < runs)
        {
            await world.AddAsync(SampleRuns.Any.Generate(generator, null, out _));
        }

        return world;
    }

    public async Task AddAsync(SampleRun run)
    {
        await Tables.WriteAsync(SampleRuns.Insert(run));
        Runs.Add(run);
    }

    public async Task RemoveAsync(SampleRun run)
    {
        await Tables.WriteAsync(SampleRuns.Delete(run));
        Runs.Remove(run);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
