using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class FeatureBinderTests
{
    private static readonly FeatureLayout Plain = FeatureLayout.Create(ServingSamples.Signature, null);

    private static readonly FeatureLayout Windowed = FeatureLayout.Create([.. ServingSamples.Signature, new() { Name = "rate" }], ServingSamples.View);

    [Fact]
    public void Bind_ColumnsInAnyOrder_AreInTheModelsOrder()
    {
        var bound = FeatureBinder.Bind(Plain, Request(ServingSamples.Texts("c", "a", ""), ServingSamples.Numbers("x", 1, double.NaN)), ServingSamples.Now);

        Assert.Equal([1, double.NaN], bound.Numeric[0]);
        Assert.Equal(["a", ""], bound.Categorical[0]);
        Assert.Null(bound.WindowKeys);
        Assert.All(bound.EventTimes, time => Assert.Equal(ServingSamples.Microseconds(ServingSamples.Now), time));
    }

    [Fact]
    public void Bind_WithWindows_TakesTheKeyAndLeavesTheWindowsToThePlatform()
    {
        var bound = FeatureBinder.Bind(Windowed, Request(ServingSamples.Numbers("x", 1), ServingSamples.Texts("c", "a")), ServingSamples.Now);

        Assert.Equal(["a"], bound.WindowKeys!);
        Assert.Equal([0.0], bound.Numeric[1]);
    }

    [Fact]
    public void Bind_KeyThatIsNoInput_IsAskedOfTheCaller()
    {
        var layout = FeatureLayout.Create([new() { Name = "x" }, new() { Name = "rate" }], ServingSamples.View);

        Assert.Equal(["x", "c"], layout.CallerInputs);
        Assert.Equal(["b"], FeatureBinder.Bind(layout, Request(ServingSamples.Numbers("x", 1), ServingSamples.Texts("c", "b")), ServingSamples.Now).WindowKeys!);
        Assert.Equal("c", Assert.Throws<InvalidInputException>(() => FeatureBinder.Bind(layout, Request(ServingSamples.Numbers("x", 1)), ServingSamples.Now)).Field);
    }

    [Fact]
    public void Bind_NegativeMinimumRevision_IsRefused() =>
        Assert.Equal(
            "minimum_revision",
            Assert.Throws<InvalidInputException>(() => FeatureBinder.Bind(Plain, Request() with { MinimumRevision = -1 }, ServingSamples.Now)).Field);

    [Fact]
    public void Bind_NoRows_IsAnEmptyRequest()
    {
        var bound = FeatureBinder.Bind(Windowed, Request(), ServingSamples.Now);

        Assert.Equal(0, bound.Rows);
        Assert.Equal([[], []], bound.Numeric);
        Assert.Equal([], bound.WindowKeys!);
    }

    [Fact]
    public void Bind_EmptyColumnsAsMessagesBringThem_AreNoRows()
    {
        Assert.Equal(0, FeatureBinder.Bind(Plain, Request(new FeatureColumn { Name = "x" }, new FeatureColumn { Name = "c" }), ServingSamples.Now).Rows);
        Assert.Equal(0, FeatureBinder.Bind(Plain, Request(ServingSamples.Numbers("x"), ServingSamples.Texts("c")), ServingSamples.Now).Rows);
    }

    [Fact]
    public void Bind_MoreThanOneLogFrameHolds_IsRefusedByName()
    {
        var rows = SealedBatchCodec.LargestBatch / 30_000;
        var error = Assert.Throws<InvalidInputException>(() => FeatureBinder.Bind(
            Plain, Request(ServingSamples.Numbers("x", new double[rows]), ServingSamples.Texts("c", [.. Enumerable.Repeat(new string('a', 10_000), rows)])), ServingSamples.Now));

        Assert.Equal("columns", error.Field);
        Assert.Contains($"{rows} instances", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{SealedBatchCodec.LargestBatch}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_MoreRowsThanAReplyHolds_AreRefusedByName()
    {
        Assert.Equal(FeatureBinder.MostRows, Bind(FeatureBinder.MostRows, returned: false).Rows);
        var error = Assert.Throws<InvalidInputException>(() => Bind(FeatureBinder.MostRows + 1, returned: false));

        Assert.Equal("columns", error.Field);
        Assert.Contains("65537 instances", error.Message, StringComparison.Ordinal);
        Assert.Contains("65536 are allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_MoreFeaturesAskedBackThanAReplyHolds_AreRefusedByName()
    {
        var error = Assert.Throws<InvalidInputException>(() => Bind(60_000, returned: true, "a text of forty characters, give or take"));

        Assert.Equal("return_features", error.Field);
        Assert.Contains($"{FeatureBinder.MostReplyBytes} are allowed", error.Message, StringComparison.Ordinal);
        Assert.Equal(60_000, Bind(60_000, returned: true).Rows);
    }

    public static TheoryData<string, FeatureColumn[], string[]> Refused { get; } = new()
    {
        { "c", [ServingSamples.Numbers("x", 1)], ["'c'", "missing", "x, c"] },
        { "y", [ServingSamples.Numbers("x", 1), ServingSamples.Texts("c", "a"), ServingSamples.Numbers("y", 1)], ["'y'", "x, c"] },
        { "rate", [ServingSamples.Numbers("x", 1), ServingSamples.Texts("c", "a"), ServingSamples.Numbers("rate", 1)], ["'rate'", "x, c"] },
        { "x", [ServingSamples.Numbers("x", 1), ServingSamples.Texts("c", "a"), ServingSamples.Numbers("x", 2)], ["'x'", "twice"] },
        { "c", [ServingSamples.Texts("c", "a"), ServingSamples.Texts("c", "a"), ServingSamples.Numbers("x", 1)], ["'c'", "twice"] },
        { "x", [ServingSamples.Texts("x", "1"), ServingSamples.Texts("c", "a")], ["'x'", "number", "texts"] },
        { "c", [ServingSamples.Numbers("x", 1), ServingSamples.Numbers("c", 1)], ["'c'", "text", "numbers"] },
        { "c", [ServingSamples.Numbers("x", 1, 2), ServingSamples.Texts("c", "a")], ["'c'", "1 values", "2"] },
        { "x", [ServingSamples.Numbers("x", 1, double.PositiveInfinity), ServingSamples.Texts("c", "a", "b")], ["'x'", "instance 1", "finite"] },
        { "x", [ServingSamples.Numbers("x", double.NegativeInfinity), ServingSamples.Texts("c", "a")], ["'x'", "instance 0", "finite"] },
        { "x", [ServingSamples.Numbers("x", 1e300), ServingSamples.Texts("c", "a")], ["'x'", "32-bit"] },
        { "c", [ServingSamples.Numbers("x", 1), ServingSamples.Texts("c", [null!])], ["'c'", "instance 0", "null"] },
        { "c", [new FeatureColumn { Name = "x" }, ServingSamples.Texts("c", "a")], ["'c'", "1 values", "0"] },
        { "x", [new FeatureColumn { Name = "x", Numbers = [1], Texts = ["1"] }, ServingSamples.Texts("c", "a")], ["'x'", "numbers and texts"] },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Bind_ColumnsThatDoNotFit_AreRefusedByName(string field, FeatureColumn[] columns, string[] words)
    {
        var error = Assert.Throws<InvalidInputException>(() => FeatureBinder.Bind(Windowed, Request(columns), ServingSamples.Now));

        Assert.Equal(field, error.Field);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Bind_TimesThatDoNotFit_AreRefused()
    {
        var now = ServingSamples.Now;

        Assert.Contains("1 event times for 2", Refuse([now]), StringComparison.Ordinal);
        Assert.Contains("instance 1", Refuse([now, now.AddTicks(-10)]), StringComparison.Ordinal);
        Assert.Contains("ahead", Refuse([now, now.AddDays(2)]), StringComparison.Ordinal);
        Assert.Contains("before 1970-01-01", Refuse([DateTimeOffset.UnixEpoch.AddTicks(-10), now]), StringComparison.Ordinal);
        Assert.Equal(2, Bind([now, now]).Rows);

        BoundRows Bind(DateTimeOffset[] times) => FeatureBinder.Bind(Plain, ServingSamples.Request("e", [1, 2], ["a", "b"], times), now);

        string Refuse(DateTimeOffset[] times)
        {
            var error = Assert.Throws<InvalidInputException>(() => Bind(times));
            Assert.Equal("event_times", error.Field);
            return error.Message;
        }
    }

    private static BoundRows Bind(int rows, bool returned, string text = "a") => FeatureBinder.Bind(
        Plain,
        ServingSamples.Request("e", new double[rows], [.. Enumerable.Repeat(text, rows)]) with { ReturnFeatures = returned },
        ServingSamples.Now);

    private static PredictRequest Request(params FeatureColumn[] columns) => new() { Endpoint = "e", Columns = columns };
}
