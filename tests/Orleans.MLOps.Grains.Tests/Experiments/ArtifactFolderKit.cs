using CsCheck;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Experiments.Search;
using Orleans.MLOps.Storage.Tables;
using W = Orleans.MLOps.Wire.V1;

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

    [Fact]
    public async Task ListPage_AnyPathsAndLimits_NamesEverythingOnceInOrder()
    {
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var generator = new PCG(1, 4);
        while (paths.Count < 100)
        {
            paths.Add(Paths.Generate(generator, null, out _));
        }

        foreach (var path in paths)
        {
            await artifacts.AddAsync(Owner, path, new BlobRef { Digest = $"digest of {path}", Length = path.Length }, Cancel);
        }

        foreach (var folder in new[] { "", "nowhere" }.Concat(paths.SelectMany(Above).Distinct(StringComparer.Ordinal)))
        {
            var expected = await artifacts.ListFolderAsync(Owner, folder, Cancel);
            var below = (await artifacts.ListAsync(Owner, Cancel)).Where(file => folder.Length == 0 || file.Path.StartsWith(folder + "/", StringComparison.Ordinal)).ToArray();
            foreach (var limit in new[] { 1, 3, 1000 })
            {
                var query = new ArtifactQuery { Owner = Owner, Folder = folder, Limit = limit };
                var pages = await PagesAsync(artifacts, query);
                Assert.Equal(expected.Files, pages.SelectMany(page => page.Files));
                Assert.Equal(expected.Folders, pages.SelectMany(page => page.Folders));
                Assert.All(pages, page => Assert.InRange(page.Files.Length + page.Folders.Length, 0, limit));
                Assert.Equal(below, (await PagesAsync(artifacts, query with { Recursive = true })).SelectMany(page => page.Files));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ListPage_LongPaths_FitsMessages(bool recursive)
    {
        const int Files = 5000;
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        await world.Tables.WriteAsync(new TableWrite().Add(
            $"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Files})
            INSERT INTO artifact_files (owner, path, digest, length, created_us) SELECT $1, 'folder/{new string('ä', 480)}' || n, '{new string('d', 64)}', 1, 1 FROM numbers
            """,
            Owner));

        var pages = await PagesAsync(artifacts, new ArtifactQuery { Owner = Owner, Folder = "folder", Recursive = recursive, Limit = 10_000 });

        Assert.Equal(Files, pages.Sum(page => page.Files.Length));
        Assert.All(pages, page => Assert.InRange(RecordMapper<ArtifactPage, W.ArtifactPage>.ToMessage(page).CalculateSize(), 1, MessagePages.MessageBytes));
    }

    [Fact]
    public async Task ListPage_WrongLimitTokenOrOwner_IsRefused()
    {
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        foreach (var path in new[] { "a/1", "a/2", "b/1", "b/2" })
        {
            await artifacts.AddAsync(Owner, path, new BlobRef { Digest = "d", Length = 1 }, Cancel);
        }

        var query = new ArtifactQuery { Owner = Owner, Folder = "a", Limit = 1 };
        var token = (await artifacts.ListPageAsync(query, Cancel)).NextPageToken;
        Assert.Equal(["a/2"], (await artifacts.ListPageAsync(query with { PageToken = token }, Cancel)).Files.Select(file => file.Path));
        foreach (var wrong in new[] { query with { Folder = "b", PageToken = token }, query with { PageToken = "?" }, query with { PageToken = "_w" } })
        {
            Assert.Equal("page_token", (await Assert.ThrowsAsync<InvalidInputException>(() => artifacts.ListPageAsync(wrong, Cancel))).Field);
        }

        foreach (var limit in new[] { 0, 10_001 })
        {
            Assert.Equal("limit", (await Assert.ThrowsAsync<InvalidInputException>(() => artifacts.ListPageAsync(query with { Limit = limit }, Cancel))).Field);
        }

        await Assert.ThrowsAsync<NotFoundException>(() => artifacts.ListPageAsync(query with { Owner = Owner.Replace('0', 'f') }, Cancel));
    }

    [Fact]
    public async Task ListFolder_AnyFolder_CountsNoFiles()
    {
        await using var world = await OpenAsync();
        await StartAsync(world);
        var seen = new StatementLog(world.Tables);

        await new ArtifactTables(seen, PlatformClock.System).ListFolderAsync(Owner, "", Cancel);

        Assert.NotEmpty(seen.Queries);
        Assert.DoesNotContain(seen.Queries, sql => sql.Contains("count(", StringComparison.Ordinal));
    }

    private protected abstract Task<SearchWorld> OpenAsync();

    private static async Task<List<ArtifactPage>> PagesAsync(ArtifactTables artifacts, ArtifactQuery query)
    {
        var pages = new List<ArtifactPage>();
        do
        {
            pages.Add(await artifacts.ListPageAsync(query, Cancel));
            query = query with { PageToken = pages[^1].NextPageToken };
        }
        while (query.PageToken is not null);

        return pages;
    }

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
