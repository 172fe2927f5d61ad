using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Tests.Platform;

namespace Orleans.MLOps.Grains.Tests.Datasets;

public sealed class DatasetIngestTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Weather = "day,city,degrees\n2024-01-01,Oslo,-3.5\n2024-01-02,Rome,\n2024-01-03,Oslo,NaN\n2024-01-04,Cairo,inf\n2024-01-05,Oslo,-300\n";

    private readonly DatasetWorld _world = new(platform);

    public static TheoryData<string, byte[], DataFormat, string> BadInput()
    {
        var digits = string.Concat(Enumerable.Range(0, 10_050).Select(i => $"{i}\n"));
        var flights = File.ReadAllBytes(SampleData.Flights);
        var corrupt = flights.ToArray();
        corrupt.AsSpan(4, 200_000).Fill(0x5A);
        return new()
        {
            { "ragged", "a,b\n1,2\n3\n"u8.ToArray(), DataFormat.Csv, "Line 3" },
            { "wrong type", Encoding.UTF8.GetBytes($"a\n{digits}twelve\n"), DataFormat.Csv, "column \"a\"" },
            { "not UTF-8", [.. "a,b\n1,"u8, 0xC3, 0x28, .. "\n"u8], DataFormat.Csv, "UTF-8" },
            { "empty", [], DataFormat.Csv, "empty" },
            { "empty Parquet", [], DataFormat.Parquet, "empty" },
            { "header only", "a,b\n"u8.ToArray(), DataFormat.Csv, "no rows" },
            { "duplicate column", "a,b,a\n1,2,3\n"u8.ToArray(), DataFormat.Csv, "both named \"a\"" },
            { "reserved column", "row_ordinal,b\n1,2\n"u8.ToArray(), DataFormat.Csv, "row_ordinal" },
            { "truncated Parquet", flights[..(flights.Length / 2)], DataFormat.Parquet, "truncated" },
            { "corrupt Parquet", corrupt, DataFormat.Parquet, "corrupt" },
            { "CSV as Parquet", "a,b\n1,2\n"u8.ToArray(), DataFormat.Parquet, "PAR1" },
        };
    }

    public static TheoryData<string, IngestOptions, string> BadRules => new()
    {
        { "unknown column", new IngestOptions { Expectations = [new() { Column = "humidity" }] }, "'humidity', which does not exist" },
        { "wrong type", new IngestOptions { Expectations = [new() { Column = "city", Kind = ExpectationKind.Range, Minimum = 0 }] }, "of type Text" },
        { "contradiction", new IngestOptions { Expectations = [new() { Column = "degrees", Kind = ExpectationKind.Range }] }, "a minimum, a maximum or both" },
        { "all rejected", new IngestOptions { Expectations = [new() { Column = "city", Kind = ExpectationKind.OneOf, Allowed = ["Bern"] }] }, "reject all 5 rows; the first because city 'Oslo'" },
        { "unknown description", new IngestOptions { Descriptions = new() { ["wind"] = "m/s" } }, "'wind' is described but does not exist" },
    };

    [Theory]
    [MemberData(nameof(BadInput), DisableDiscoveryEnumeration = true)]
    public async Task Ingest_BadBytes_IsTypedErrorAndNothingIsWritten(string what, byte[] content, DataFormat format, string expected) =>
        await RefusedAsync($"bad {what}", expected, name => _world.IngestAsync(name, content, format));

    [Theory]
    [MemberData(nameof(BadRules), DisableDiscoveryEnumeration = true)]
    public async Task Ingest_BadRules_IsTypedErrorAndNothingIsWritten(string what, IngestOptions options, string expected) =>
        await RefusedAsync($"rules {what}", expected, name => _world.IngestCsvAsync(name, Weather, options));

    [Fact]
    public async Task Ingest_DigestNotOfTheBytes_IsRefusedAndNothingIsWritten() => await RefusedAsync("forged", "with SHA-256", async name =>
    {
        var staged = await _world.StageAsync(Weather);
        var forged = staged with { Digest = new string('0', 64) };
        await Grain(name).BeginIngest(new IngestDataset { Name = name, Content = forged }, "forged");
        var progress = await _world.EndOfAsync(name, "forged");
        Assert.Equal(ErrorCode.InvalidInput, progress.ErrorCode);
        throw new InvalidInputException(progress.Error!);
    });

    [Fact]
    public async Task BeginIngest_UnknownUpload_IsUnavailable()
    {
        var content = new StagedBlob { UploadId = new string('1', 32), Digest = new string('1', 64), Length = 3 };

        var error = await Assert.ThrowsAsync<UnavailableException>(() => Grain("gone").BeginIngest(new IngestDataset { Name = "gone", Content = content }, "o"));

        Assert.Contains(content.UploadId, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ingest_Expectations_QuarantineRowsWithReasons()
    {
        var version = await _world.IngestCsvAsync("weather", Weather, new IngestOptions
        {
            Expectations =
            [
                new() { Column = "degrees", Kind = ExpectationKind.Range, Minimum = -90, Maximum = 60 },
                new() { Column = "city", Kind = ExpectationKind.OneOf, Allowed = ["Oslo", "Rome", "Cairo's"] },
                new() { Column = "degrees" },
            ],
            Source = "by hand",
            Parents = ["dataset/default/origin"],
            Descriptions = new() { ["degrees"] = "Celsius" },
        });

        Assert.Equal((1, 4), (version.RowCount, version.QuarantinedRows));
        Assert.Equal(["0|Oslo|-3.5"], await _world.RowsAsync(version.Data.Digest, "row_ordinal, city, degrees"));
        Assert.Equal(
            ["1|degrees is missing", "2|degrees is NaN, allowed -90 to 60", "3|city 'Cairo' is not allowed; degrees is inf, allowed -90 to 60", "4|degrees is -300.0, allowed -90 to 60"],
            await _world.RowsAsync(version.Quarantine!.Digest, "row_ordinal, reason"));
        Assert.Equal(("by hand", "dataset/default/origin", "Celsius"), (version.Source, version.Parents[0], version.Columns[2].Description));
    }

    [Fact]
    public async Task Ingest_Csv_KeepsTheBytesAndTheOrder()
    {
        var version = await _world.IngestCsvAsync("csv", Weather);

        using var raw = new MemoryStream();
        await _world.Datasets.DownloadAsync(version.Raw.Digest, raw);
        Assert.Equal(Weather, Encoding.UTF8.GetString(raw.ToArray()));
        Assert.Null(version.Quarantine);
        Assert.Equal([ColumnType.Date, ColumnType.Text, ColumnType.Double], version.Columns.Select(column => column.Type));
        Assert.Equal(["0|Oslo", "1|Rome", "2|Oslo", "3|Cairo", "4|Oslo"], await _world.RowsAsync(version.Data.Digest, "row_ordinal, city"));
    }

    [Fact]
    public async Task GetProfile_NumbersTextsDays_CountsThemApart()
    {
        var version = await _world.IngestCsvAsync("profiled", Weather);

        var profile = await _world.Datasets.GetProfileAsync("profiled", version.Digest);

        Assert.Equal(5, profile.RowCount);
        var (day, city, degrees) = (profile.Columns[0], profile.Columns[1], profile.Columns[2]);
        Assert.Equal((5, 1, 1, 1), (degrees.Count, degrees.Nulls, degrees.NotANumber, degrees.Infinite));
        Assert.Equal((-300.0, -3.5, -151.75), (degrees.Minimum!.Value, degrees.Maximum!.Value, degrees.Mean!.Value));
        Assert.Equal(7, degrees.Quantiles.Length);
        Assert.Equal([("Oslo", 3L), ("Cairo", 1L), ("Rome", 1L)], city.TopValues.Select(value => (value.Value, value.Count)));
        Assert.Empty(city.Quantiles);
        var first = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        Assert.Equal((first, first + (4 * 86_400)), (day.Minimum!.Value, day.Maximum!.Value));
        Assert.InRange(day.Quantiles[3], first + (1.97 * 86_400), first + (2.03 * 86_400));
    }

    [Fact]
    public async Task Ingest_SameBytesAndRulesAgain_IsTheSameVersion()
    {
        var rule = new Expectation { Column = "degrees", Kind = ExpectationKind.Range, Minimum = -400 };
        var first = await _world.IngestCsvAsync("same", Weather, new IngestOptions { Expectations = [rule] });
        var again = await _world.IngestCsvAsync("same", Weather, new IngestOptions { Expectations = [rule, rule], Descriptions = new() { ["city"] = "where" } });
        var other = await _world.IngestCsvAsync("same", Weather);

        Assert.Equal((first.Digest, first.CreatedAt), (again.Digest, again.CreatedAt));
        Assert.Equal("where", again.Columns[1].Description);
        Assert.NotEqual(first.Digest, other.Digest);
        Assert.Equal(2, (await Grain("same").GetState()).VersionCount);
        Assert.Equal(other.Digest, (await _world.Datasets.GetAsync("same")).Digest);
        Assert.Equal(first.Digest, (await _world.Datasets.GetAsync("same", first.Digest)).Digest);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(platform.Folder, "blobs", ".staging")));
    }

    [Fact]
    public async Task BeginIngest_SameOperation_AnswersWithTheFirst()
    {
        var command = new IngestDataset { Name = "repeat", Content = await _world.StageAsync(Weather) };
        await Grain("repeat").BeginIngest(command, "o");
        var first = await _world.EndOfAsync("repeat", "o");

        var again = await Grain("repeat").BeginIngest(command, "o");

        Assert.Equal((IngestStatus.Completed, first.Version!.Digest), (again.Status, again.Version!.Digest));
        var other = await _world.StageAsync("a\n1\n");
        var error = await Assert.ThrowsAsync<AlreadyExistsException>(() => Grain("repeat").BeginIngest(command with { Content = other }, "o"));
        await _world.Blobs.AbandonAsync(other);
        Assert.Equal("operation_id", error.Field);
    }

    [Fact]
    public async Task Ingest_ManyAtOnce_AllBecomeVersions()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _world.IngestCsvAsync("many", $"a\n{i / 2}\n")));

        Assert.Equal(4, versions.Select(version => version.Digest).Distinct().Count());
        Assert.Equal(4, (await Grain("many").GetState()).VersionCount);
    }

    [Fact]
    public async Task Ingest_Completed_IsListedWithItsParent()
    {
        var version = await _world.IngestCsvAsync("listed", Weather, new IngestOptions { Project = "p/1" });

        var dataset = Assert.Single((await _world.Client.Catalog.ListAsync(new CatalogQuery { Kind = "dataset", Project = "p/1" })).Entries);
        var entry = Assert.Single((await _world.Client.Catalog.ListAsync(new CatalogQuery { Kind = "dataset-version", Parent = dataset.Key })).Entries);
        Assert.Equal((new DatasetKey("p/1", "listed").ToString(), version.Digest), (dataset.Key, CatalogJson.Read<DatasetSummary>(dataset.Json).LatestDigest));
        Assert.Equal(version.Data, CatalogJson.Read<DatasetVersionInfo>(entry.Json).Data);
    }

    [Fact]
    public async Task Describe_KnownAndUnknownColumns_DocumentsOrRefuses()
    {
        var version = await _world.IngestCsvAsync("described", Weather);

        await _world.Datasets.DescribeAsync("described", new() { ["city"] = "where" });

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => _world.Datasets.DescribeAsync("described", new() { ["day"] = "when", ["wind"] = "m/s" }));
        Assert.Equal("wind", error.Field);
        var columns = (await _world.Datasets.GetAsync("described", version.Digest)).Columns;
        Assert.Equal([null, "where", null], columns.Select(column => column.Description));
    }

    [Fact]
    public async Task Get_UnknownNames_AreNotFound()
    {
        var version = await _world.IngestCsvAsync("known", Weather);
        var missing = new string('f', 64);

        await NotFoundAsync("nobody", () => _world.Datasets.GetAsync("nobody"));
        await NotFoundAsync("nobody", () => _world.Datasets.DescribeAsync("nobody", new() { ["a"] = "b" }));
        await NotFoundAsync(missing, () => _world.Datasets.GetAsync("known", missing));
        await NotFoundAsync(missing, () => _world.Datasets.GetProfileAsync("known", missing));
        await NotFoundAsync("lost", () => Grain("known").GetIngest("lost"));
        await NotFoundAsync("lost", () => _world.Datasets.VerifySplitAsync("known", version.Digest, "lost"));
        Assert.Equal(0, (await Grain("nobody").GetState()).VersionCount);

        static async Task NotFoundAsync(string named, Func<Task> call) =>
            Assert.Contains(named, (await Assert.ThrowsAsync<NotFoundException>(call)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dataset/only-project")]
    [InlineData("model/default/d")]
    [InlineData("dataset/default/a%2Db")]
    public async Task Activate_MalformedKey_IsInvalidInput(string key)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => platform.Grains.GetGrain<IDatasetGrain>(key).GetState());

        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string name, string expected, Func<string, Task> ingest)
    {
        var before = await _world.SnapshotAsync();

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => ingest(name));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await _world.SnapshotAsync());
        await Assert.ThrowsAsync<NotFoundException>(() => _world.Datasets.GetAsync(name));
    }

    private IDatasetGrain Grain(string name) => platform.Grains.GetGrain<IDatasetGrain>(new DatasetKey("default", name).ToString());
}
