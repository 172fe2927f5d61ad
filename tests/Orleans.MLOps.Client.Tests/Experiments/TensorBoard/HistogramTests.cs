using System.Text;
using Orleans.MLOps.Client.Experiments.TensorBoard;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

public sealed class HistogramTests
{
    private static readonly Histogram Good = new() { Edges = [-1, 0.5, 2], Counts = [3, 4.5] };
    private readonly FakeExperiments _fake = new();

    public HistogramTests() => _fake.Add(new RunInfo { RunId = "r" });

    public static TheoryData<string, Histogram> Wrong => new()
    {
        { "counts", Good with { Counts = [] } },
        { "counts", Good with { Counts = null! } },
        { "counts", Good with { Counts = [1, -1] } },
        { "counts", Good with { Counts = [1, double.NaN] } },
        { "counts", new() { Counts = new double[10_001], Edges = new double[10_002] } },
        { "edges", Good with { Edges = null! } },
        { "edges", Good with { Edges = [1, 2] } },
        { "edges", Good with { Edges = [1, 1, 2] } },
        { "edges", Good with { Edges = [0, 1, double.PositiveInfinity] } },
        { "edges", Good with { Edges = [0, double.NaN, 2] } },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LogHistogram_GoodOne_IsAFileOfTheRun()
    {
        var artifact = await _fake.Client.LogHistogramAsync("r", "layer1/weights", -4, Good, Token);
        Assert.Equal("histograms/layer1/weights/-4.json", artifact.Path);
        Assert.Equal("""{"edges":[-1,0.5,2],"counts":[3,4.5]}""", Encoding.UTF8.GetString(_fake.Files[artifact.Path]));
    }

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task LogHistogram_BreaksARule_NamesTheField(string field, Histogram histogram)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => _fake.Client.LogHistogramAsync("r", "t", 1, histogram, Token));
        Assert.Equal(field, error.Field);
        Assert.Empty(_fake.Files);
    }

    [Fact]
    public async Task LogHistogram_NoTag_IsRefused() =>
        Assert.Equal("tag", (await Assert.ThrowsAsync<InvalidInputException>(() => _fake.Client.LogHistogramAsync("r", "", 1, Good, Token))).Field);

    [Theory]
    [InlineData("histograms/t/1.json", """{"edges":[0,1],"counts":[2]}""", true)]
    [InlineData("histograms/1.json", """{"edges":[0,1],"counts":[2]}""", false)]
    [InlineData("histograms/t/01.json", """{"edges":[0,1],"counts":[2]}""", false)]
    [InlineData("histograms/t/one.json", """{"edges":[0,1],"counts":[2]}""", false)]
    [InlineData("histograms/t/1.csv", """{"edges":[0,1],"counts":[2]}""", false)]
    [InlineData("histograms/t/1.json", """{"edges":[1,0],"counts":[2]}""", false)]
    [InlineData("histograms/t/1.json", """{"edges":null,"counts":null}""", false)]
    [InlineData("histograms/t/1.json", """{"edges":[0,1]}""", false)]
    [InlineData("histograms/t/1.json", "null", false)]
    [InlineData("histograms/t/1.json", "", false)]
    public async Task Export_FilesBelowHistograms_AreWrittenOrCountedAsIgnored(string path, string content, bool isHistogram)
    {
        _fake.Files[path] = Encoding.UTF8.GetBytes(content);
        var export = await _fake.Client.ExportTensorBoardAsync("r", Stream.Null, Token);
        Assert.Equal((isHistogram ? 1 : 0, isHistogram ? 0 : 1), (export.Histograms, export.Ignored));
    }

    [Fact]
    public async Task Export_HugeFileBelowHistograms_IsNotRead()
    {
        _fake.Files["histograms/t/1.json"] = [.. """{"edges":[0,1],"counts":[2]}"""u8, .. Enumerable.Repeat((byte)' ', 2 << 20)];
        Assert.Equal(1, (await _fake.Client.ExportTensorBoardAsync("r", Stream.Null, Token)).Ignored);
    }

    [Fact]
    public async Task Export_FilesElsewhere_AreNotCounted()
    {
        _fake.Files["model/histograms/t/1.json"] = [];
        var export = await _fake.Client.ExportTensorBoardAsync("r", Stream.Null, Token);
        Assert.Equal((0, 0), (export.Histograms, export.Ignored));
    }

    [Fact]
    public async Task Export_ManyFiles_AreListedByPages()
    {
        _fake.LargestPage = 3;
        for (var step = 0; step < 20; step++)
        {
            await _fake.Client.LogHistogramAsync("r", "a", step, Good, Token);
            await _fake.Client.LogHistogramAsync("r", $"a/{step}/b", step, Good, Token);
            _fake.Files[$"elsewhere/{step}"] = [];
        }

        using var file = new MemoryStream();
        var export = await _fake.Client.ExportTensorBoardAsync("r", file, Token);

        Assert.Equal((40, 0), (export.Histograms, export.Ignored));
        Assert.Equal(3, _fake.LargestListing);
        long[] steps = [.. EventFiles.Read(file.ToArray()).Where(entry => entry.Summary?.Value.Any(value => value.Tag == "a") == true).Select(entry => entry.Step)];
        Assert.Equal(Enumerable.Range(0, 20).Select(step => (long)step), steps);
    }
}
