using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Tests.Platform;

namespace Orleans.MLOps.Grains.Tests.Features;

public sealed class FeatureViewTests(PlatformFixture silo) : IClassFixture<PlatformFixture>
{
    private const string Csv =
        """
        id,asked,known,late,shop,price
        1,2001-01-01 10:00:00,2001-01-01 10:10:00,1,a,1.5
        2,2001-01-01 10:05:00,2001-01-01 10:20:00,0,a,
        3,2001-01-01 10:10:00,2001-01-01 10:30:00,1,a,2.5
        4,2001-01-01 10:20:00,,,a,3.5
        5,2001-01-01 10:20:00,2001-01-01 10:25:00,1,,4.5
        6,2001-01-01 10:30:01,2001-01-01 10:40:00,0,a,5.5
        7,2001-01-01 10:31:00,2001-01-01 10:40:00,0,b,6.5

        """;

    [Fact]
    public async Task Materialize_Windows_UseOnlyAnswersAvailableInTheClosedInterval()
    {
        var frame = await MaterializeAsync("closed", Definition("closed"));
        var data = await ReadAsync(frame);
        Assert.Equal((7L, 7), (frame.RowCount, data.Rows));
        Assert.Equal([double.NaN, double.NaN, 1, 0.5, double.NaN, 0.5, double.NaN], data.Numeric[1]);
        Assert.Equal([0.0, 0, 1, 2, 0, 2, 0], data.Numeric[2]);
        Assert.Equal([1.5, double.NaN, 2.5, 3.5, 4.5, 5.5, 6.5], data.Numeric[0]);
        Assert.Equal(["a", "a", "a", "a", "", "a", "b"], data.Categorical[0]);
        Assert.Equal([1f, 0, 1, float.NaN, 1, 0, 0], data.Labels);
        Assert.Equal(long.MaxValue, data.AvailableAt[3]);
        Assert.Same(data.Categorical[0][0], data.Categorical[0][1]);
    }

    [Fact]
    public async Task Materialize_Range_StillSeesTheHistoryBefore()
    {
        var definition = Definition("range");
        var frame = await MaterializeAsync("range", definition, new DateTimeOffset(2001, 1, 1, 10, 10, 0, TimeSpan.Zero), new DateTimeOffset(2001, 1, 1, 10, 31, 0, TimeSpan.Zero));
        Assert.Equal(4, frame.RowCount);
        var data = await ReadAsync(frame);
        Assert.Equal([1.0, 0.5, double.NaN, 0.5], data.Numeric[1]);
    }

    [Fact]
    public void Check_SqlLongerThanAllowed_IsRefusedByName()
    {
        var error = Assert.Throws<InvalidInputException>(() => ViewRules.Check(Definition("long") with { Sql = "SELECT 1 --" + new string('x', 100_000) }));

        Assert.Equal("sql", error.Field);
        Assert.Contains("100000 are allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Materialize_SameInputs_GivesTheSameFrame()
    {
        var first = await MaterializeAsync("cached", Definition("cached"));
        var again = await MaterializeAsync("cached", Definition("cached"));
        Assert.Equal(first.Data, again.Data);
        Assert.Equal((7L, 1), (first.RowCount, first.ViewVersion));
        Assert.Equal(["price", "mean_20m", "count_20m"], first.Numeric);
    }

    [Fact]
    public async Task Apply_SameDefinition_IsTheSameVersionAndAnotherIsTheNext()
    {
        var dataset = await silo.MakeAsync("versions", Csv);
        var view = View("versions");
        var first = await view.Apply(Definition("versions"), "versions", dataset.Digest);
        var again = await view.Apply(Definition("versions"), "versions", dataset.Digest);
        var next = await view.Apply(Definition("versions") with { Numeric = [] }, "versions", dataset.Digest);
        Assert.Equal((1, 1, 2), (first.Version, again.Version, next.Version));
        Assert.Equal(first.Digest, (await view.Get(1)).Digest);
        Assert.Equal(2, (await view.Get(null)).Version);
        var listed = await silo.Grains.GetGrain<ICatalogGrain>("catalog/view").List(new CatalogQuery { Kind = "view", Name = "versions" });
        Assert.Equal(2, CatalogJson.Read<FeatureViewInfo>(listed.Entries.Single().Json).Version);
        await Assert.ThrowsAsync<NotFoundException>(() => view.Get(3));
    }

    public static TheoryData<string, string, string> WrongDefinitions => new()
    {
        { "sql-syntax", "sql", "parsed" },
        { "sql-column", "sql", "nowhere" },
        { "sql-outside", "sql", "read_csv" },
        { "sql-statement", "sql", "SELECT" },
        { "missing-numeric", "absent", "'absent'" },
        { "missing-key", "absent", "window key" },
        { "text-as-number", "shop", "VARCHAR" },
        { "number-as-text", "price", "DOUBLE" },
        { "text-time", "shop", "event time" },
        { "repeated-feature", "price", "'price'" },
        { "repeated-select", "x", "2 times" },
        { "reserved", "label", "'label'" },
        { "label-as-feature", "late", "two roles" },
        { "window-column", "w", "aggregate" },
        { "window-keys", "w", "share one key" },
        { "window-length", "w", "length" },
        { "wrong-label", "late", "0, 1" },
        { "infinite", "price", "infinite" },
        { "repeated-id", "id", "row id" },
        { "no-feature", "numeric", "no feature" },
    };

    [Theory]
    [MemberData(nameof(WrongDefinitions))]
    public async Task Apply_WrongDefinition_IsRefusedNamingItAndNothingIsWritten(string mistake, string field, string named)
    {
        var dataset = await silo.MakeAsync("wrong", Csv);
        var before = await silo.TraceAsync();
        var error = await Assert.ThrowsAnyAsync<MLOpsException>(() => View("wrong").Apply(Mistaken(mistake), "wrong", dataset.Digest));
        Assert.True(error is InvalidInputException or PermissionDeniedException, error.ToString());
        Assert.Equal(field, error.Field);
        Assert.Contains(named, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, await silo.TraceAsync());
        Assert.Null(await View("wrong").GetState());
    }

    [Fact]
    public async Task Calls_UnknownNames_ThrowNotFoundAndWriteNothing()
    {
        var before = await silo.TraceAsync();
        await Assert.ThrowsAsync<NotFoundException>(() => View("nobody").Get(null));
        await Assert.ThrowsAsync<NotFoundException>(() => View("nobody").Apply(Definition("nobody"), "nobody", new string('0', 64)));
        await Assert.ThrowsAsync<InvalidInputException>(() => View("nobody").Apply(Definition("nobody"), "nobody", "latest"));
        await Assert.ThrowsAsync<NotFoundException>(() => View("nobody").Materialize(new MaterializeView { Name = "nobody", Dataset = "x", DatasetDigest = new string('0', 64) }));
        Assert.Equal(before, await silo.TraceAsync());
    }

    [Fact]
    public async Task Apply_OtherWindowKey_IsRefused()
    {
        var dataset = await silo.MakeAsync("keys", Csv);
        await View("keys").Apply(Definition("keys"), "keys", dataset.Digest);
        var other = Definition("keys") with { Windows = [Definition("keys").Windows[0] with { Key = "town" }], Sql = "SELECT *, shop AS town FROM source" };
        Assert.Equal("town", (await Assert.ThrowsAsync<InvalidInputException>(() => View("keys").Apply(other, "keys", dataset.Digest))).Field);
    }

    [Fact]
    public async Task ReadAsync_UnknownColumnOrFrame_IsNamed()
    {
        var frame = await MaterializeAsync("reader", Definition("reader"));
        var reader = silo.Services.GetRequiredService<FrameReader>();
        Assert.Equal("absent", (await Assert.ThrowsAsync<InvalidInputException>(() => reader.ReadAsync(frame.Data.Digest, ["absent"], []))).Field);
        Assert.Equal("shop", (await Assert.ThrowsAsync<InvalidInputException>(() => reader.ReadAsync(frame.Data.Digest, ["shop"], []))).Field);
        await Assert.ThrowsAsync<NotFoundException>(() => reader.ReadAsync(new string('0', 64), [], []));
    }

    internal static FeatureViewDefinition Definition(string name) => new()
    {
        Name = name,
        Sql = "SELECT * FROM source;",
        RowId = "id",
        EventTime = "asked",
        Label = "late",
        LabelAvailableAt = "known",
        Numeric = ["price"],
        Categorical = ["shop"],
        Windows =
        [
            new WindowFeature { Name = "mean_20m", Column = "late", Key = "shop", Length = TimeSpan.FromMinutes(20) },
            new WindowFeature { Name = "count_20m", Aggregate = WindowAggregate.Count, Column = "late", Key = "shop", Length = TimeSpan.FromMinutes(20) },
        ],
    };

    private static FeatureViewDefinition Mistaken(string mistake)
    {
        var good = Definition("wrong");
        var window = good.Windows[0] with { Name = "w" };
        return mistake switch
        {
            "sql-syntax" => good with { Sql = "SELEC * FROM source" },
            "sql-column" => good with { Sql = "SELECT nowhere FROM source" },
            "sql-outside" => good with { Sql = "SELECT * FROM read_csv('/etc/passwd')" },
            "sql-statement" => good with { Sql = "DROP VIEW source" },
            "missing-numeric" => good with { Numeric = ["price", "absent"] },
            "missing-key" => good with { Windows = [window with { Key = "absent" }] },
            "text-as-number" => good with { Numeric = ["shop"], Categorical = [] },
            "number-as-text" => good with { Numeric = [], Categorical = ["price"] },
            "text-time" => good with { EventTime = "shop", Categorical = [] },
            "repeated-feature" => good with { Categorical = ["shop", "price"] },
            "repeated-select" => good with { Sql = "SELECT *, 1 AS x, 2 AS x FROM source" },
            "reserved" => good with { Sql = "SELECT *, 1 AS label FROM source", Numeric = ["label"] },
            "label-as-feature" => good with { Numeric = ["price", "late"] },
            "window-column" => good with { Windows = [window with { Column = "price" }] },
            "window-keys" => good with { Windows = [good.Windows[0], window with { Key = "price" }] },
            "window-length" => good with { Windows = [window with { Length = TimeSpan.Zero }] },
            "wrong-label" => good with { Sql = "SELECT * REPLACE (late + 1 AS late) FROM source" },
            "infinite" => good with { Sql = "SELECT * REPLACE ('inf'::DOUBLE AS price) FROM source" },
            "repeated-id" => good with { Sql = "SELECT * REPLACE (1 AS id) FROM source" },
            _ => good with { Numeric = [], Categorical = [], Windows = [] },
        };
    }

    private IFeatureViewGrain View(string name) => silo.Grains.GetGrain<IFeatureViewGrain>(new FeatureViewKey("default", name).ToString());

    private async Task<FeatureFrame> MaterializeAsync(string name, FeatureViewDefinition definition, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        var dataset = await silo.MakeAsync(name, Csv);
        await View(name).Apply(definition, name, dataset.Digest);
        return await View(name).Materialize(new MaterializeView { Name = name, Dataset = name, DatasetDigest = dataset.Digest, From = from, To = to });
    }

    private Task<FrameData> ReadAsync(FeatureFrame frame) =>
        silo.Services.GetRequiredService<FrameReader>().ReadAsync(frame.Data.Digest, frame.Numeric, frame.Categorical);
}
