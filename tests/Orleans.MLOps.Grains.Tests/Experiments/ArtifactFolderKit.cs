using CsCheck;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments;

/// <summary>Listings of folders, for the tables of each engine.</summary>
public abstract class ArtifactFolderKit
{
    private const string Owner = "0123456789abcdef0123456789abcdef";

    // Neighbours of '/' and of a space in byte order, one letter of more bytes than its UTF-16 has words, and one of two words.
    private static readonly string[] Names = ["a", "a ", "a!", "a-b", "a.b", "a0", "b", "ä", "\ud83d\ude00", "~", "a ~"];

    // A path is a file or a folder, so files have names of their own.
    private static readonly Gen<string> Paths = Gen.OneOf(Names).Array[0, 3].Select(Gen.OneOf(Names), (folders, file) => string.Join('/', [.. folders, file + "f"]));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListFolder_AnyPaths_NamesEveryChildOnce()
    {
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var generator = new PCG(1, 815);
        while (paths.Count < 300)
        {
            var path = Paths.Generate(generator, null, out _);
            paths.Add(path);
            await artifacts.AddAsync(Owner, path, new BlobRef { Digest = $"digest of {path}", Length = path.Length }, Cancel);
        }

        await world.Tables.WriteAsync(new TableWrite().Add(
            "INSERT INTO artifact_files (owner, path, digest, length, created_us) VALUES ($1, 'elsewhere', 'd', 1, 1), ($2, 'a/elsewhere', 'd', 1, 1)", Owner + "0", Owner[..^1]));
        foreach (var folder in new[] { "", "nowhere" }.Concat(paths.SelectMany(Above).Distinct(StringComparer.Ordinal)))
        {
            var prefix = folder.Length == 0 ? "" : folder + "/";
            string[][] below = [.. paths.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).Select(path => path[prefix.Length..].Split('/'))];

            var found = await artifacts.ListFolderAsync(Owner, folder, Cancel);

            Assert.Equal(
                below.Where(rest => rest.Length == 1).Select(rest => prefix + rest[0]).Order(StringComparer.Ordinal),
                found.Files.Select(file => file.Path).Order(StringComparer.Ordinal));
            Assert.Equal(
                below.Where(rest => rest.Length > 1).Select(rest => prefix + rest[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
                found.Folders.Order(StringComparer.Ordinal));
            Assert.All(found.Files, file => Assert.Equal($"digest of {file.Path}", file.Digest));
        }
    }

    [Fact]
    public async Task ListFolder_ManyFilesBelow_AreOneFolder()
    {
        const int Files = 20_000;
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        await world.Tables.WriteAsync(new TableWrite().Add(
            $"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Files})
            INSERT INTO artifact_files (owner, path, digest, length, created_us) SELECT $1, 'folder/' || n, 'd', 1, 1 FROM numbers
            """,
            Owner));
        await artifacts.AddAsync(Owner, "after", new BlobRef { Digest = "d", Length = 1 }, Cancel);

        var root = await artifacts.ListFolderAsync(Owner, "", Cancel);
        var folder = await artifacts.ListFolderAsync(Owner, "folder", Cancel);

        Assert.Equal(["after"], root.Files.Select(file => file.Path));
        Assert.Equal(["folder"], root.Folders);
        Assert.Equal((Files, 0), (folder.Files.Length, folder.Folders.Length));
    }

    private protected abstract Task<SearchWorld> OpenAsync();

    private static async Task<ArtifactTables> StartAsync(SearchWorld world)
    {
        await world.Tables.WriteAsync(new TableWrite().Add(
            "INSERT INTO runs (run_id, experiment_id, name, status, lifecycle, started_us, json) SELECT $1, min(experiment_id), '', 'Running', 'Active', 1, '{}' FROM experiments", Owner));
        return new ArtifactTables(world.Tables, PlatformClock.System);
    }

    private static IEnumerable<string> Above(string path)
    {
        var parts = path.Split('/');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts[..count]));
    }
}
