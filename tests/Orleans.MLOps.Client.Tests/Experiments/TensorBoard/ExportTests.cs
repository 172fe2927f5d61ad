using CsCheck;
using Orleans.MLOps.Client.Experiments.TensorBoard;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

public sealed class ExportTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<MetricPoint> Points = Gen.Select(Gen.OneOf("loss", "val/loss", "größe"), Gen.Double.Special, Gen.Long, Gen.Long[0, 1L << 50]).Select(
        (key, value, step, microseconds) => new MetricPoint { Key = key, Value = value, Step = step, Timestamp = DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds) });

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.OneOf("1e-05", "True", "1.0", "007", "", "-0", "adam"), Gen.Double.Select(number => $"{number}"));

    private static readonly Gen<Dictionary<string, string>> Params = Gen.Dictionary(Gen.String.AlphaNumeric.Where(key => key.Length > 0), Texts)[0, 5];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_AnyRun_ComesBackTheSame() => await Gen.Select(Points.Array[0, 30], Params).SampleAsync(async (points, parameters) =>
    {
        var source = new FakeExperiments();
        source.Add(new() { RunId = "r", StartedAt = Start, EndedAt = Start.AddHours(1), Status = RunStatus.Failed, Params = parameters }, points);
        using var file = new MemoryStream();
        var export = await source.Client.ExportTensorBoardAsync("r", file, Token);
        file.Position = 0;
        var target = new FakeExperiments();
        var import = await target.Client.ImportTensorBoardAsync(file, 7, cancellationToken: Token);

        Assert.Equal(FakeExperiments.ByTime(points).OrderBy(point => point.Key, StringComparer.Ordinal), target.Points);
        var run = target.OnlyRun;
        Assert.Equal(parameters.OrderBy(pair => pair.Key), run.Params.OrderBy(pair => pair.Key));
        Assert.Equal((Start, Start.AddHours(1), RunStatus.Failed), (run.StartedAt, run.EndedAt!.Value, run.Status));
        Assert.Equal((export.Points, export.Params), (import.Points, import.Params));
        Assert.Empty(import.Ignored);
    });

    [Fact]
    public async Task Export_ManyPoints_ArePagedAndLeaveInPieces()
    {
        const int Count = 30_000;
        var fake = new FakeExperiments();
        fake.Add(new() { RunId = "r", StartedAt = Start }, [.. Enumerable.Range(0, Count).Select(i => new MetricPoint { Key = "loss", Value = i, Step = i, Timestamp = Start.AddSeconds(Count - i) })]);
        using var pieces = new Pieces();
        Assert.Equal(Count, (await fake.Client.ExportTensorBoardAsync("r", pieces, Token)).Points);
        Assert.InRange(pieces.Longest, 1, 128 << 10);
        Assert.True(pieces.Length > 10 * pieces.Longest, $"{pieces.Length} bytes came in pieces of up to {pieces.Longest}.");
    }

    [Theory]
    [InlineData("gpu-1.lab", "events.out.tfevents.1767225600.gpu-1.lab")]
    [InlineData("../a b/ö", "events.out.tfevents.1767225600..._a_b__")]
    [InlineData(null, "events.out.tfevents.1767225600.r")]
    public async Task Export_HostOfARun_IsInTheNameOfItsFile(string? host, string name)
    {
        var fake = new FakeExperiments();
        fake.Add(new() { RunId = "r", Host = host, StartedAt = Start });
        Assert.Equal(name, (await fake.Client.ExportTensorBoardAsync("r", Stream.Null, Token)).FileName);
    }

    [Fact]
    public async Task Export_UnknownRun_IsNotFoundAndWritesNothing()
    {
        using var file = new MemoryStream();
        await Assert.ThrowsAsync<NotFoundException>(() => new FakeExperiments().Client.ExportTensorBoardAsync("r", file, Token));
        Assert.Equal(0, file.Length);
    }

    private sealed class Pieces : MemoryStream
    {
        public int Longest { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Longest = Math.Max(Longest, buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
