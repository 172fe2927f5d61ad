using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Orleans.MLOps.Client.Experiments.TensorBoard;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

/// <summary>The written bytes as a reader sees them that shares no code with the writer.</summary>
public sealed class IndependentReaderTests : IDisposable
{
    private static readonly DateTimeOffset StartedAt = new(2026, 1, 1, 0, 0, 0, 123, TimeSpan.Zero);
    private readonly string _path = Path.GetTempFileName();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Export_Run_IsWhatAnIndependentReaderSees()
    {
        double[] values = [0.5, 0.1, -0.0, 0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, -1e300, double.Epsilon, double.MaxValue];
        long[] steps = [0, 1, -1, long.MaxValue, long.MinValue, 5, 6, 7, 8, 9, 10];
        MetricPoint[] points = [.. values.Zip(steps, (value, step) => new MetricPoint { Key = "größe/loss", Value = value, Step = step, Timestamp = StartedAt.AddSeconds(step % 100) })];
        var fake = new FakeExperiments();
        var parameters = new Dictionary<string, string> { ["lr"] = "1e-3", ["bn"] = "True", ["opt"] = "ädam", ["n"] = "7" };
        fake.Add(new() { RunId = "r", Name = "run", StartedAt = StartedAt, EndedAt = StartedAt.AddHours(1), Status = RunStatus.Finished, Params = parameters }, points);
        await fake.Client.LogHistogramAsync("r", "w", 10, new() { Edges = [-1, 0, 2], Counts = [3, 4] }, Token);
        await fake.Client.LogHistogramAsync("r", "w", 9, new() { Edges = [0, 1], Counts = [1] }, Token);
        await using (var file = File.Create(_path))
        {
            await fake.Client.ExportTensorBoardAsync("r", file, Token);
        }

        var events = await ReadAsync();

        Assert.Equal(6 + points.Length, events.Length);
        Assert.Equal("brain.Event:2", events[0].GetProperty("version").GetString());
        Assert.Equal(Bits(1767225600.123), events[0].GetProperty("wall_time").GetString());
        var experiment = Value(events[1], "_hparams_/experiment").GetProperty("hparams");
        Assert.Equal("""{"bn":2,"lr":3,"n":3,"opt":1}""", experiment.GetProperty("hparams").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("run", experiment.GetProperty("experiment").GetString());
        Assert.Equal("größe/loss", Assert.Single(experiment.GetProperty("metrics").EnumerateArray()).GetString());
        var session = Value(events[2], "_hparams_/session_start_info").GetProperty("hparams");
        Assert.Equal(Bits(0.001), session.GetProperty("values").GetProperty("lr").GetProperty("number").GetString());
        Assert.True(session.GetProperty("values").GetProperty("bn").GetProperty("bool").GetBoolean());
        Assert.Equal("ädam", session.GetProperty("values").GetProperty("opt").GetProperty("text").GetString());
        Assert.Equal("1e-3", session.GetProperty("exact").GetProperty("lr").GetString());
        Assert.Equal(2, session.GetProperty("exact").EnumerateObject().Count());
        foreach (var (i, point) in FakeExperiments.ByTime(points).Index())
        {
            RequirePoint(point, events[3 + i]);
        }

        Assert.Equal(9, events[^3].GetProperty("step").GetInt64());
        var histogram = Value(events[^2], "w").GetProperty("histogram");
        Assert.Equal([Bits(-1), Bits(2), Bits(7), Bits(2.5), Bits(4.75)], Names.Select(name => histogram.GetProperty(name).GetString()));
        Assert.Equal([Bits(0), Bits(2)], Texts(histogram, "bucket_limit"));
        Assert.Equal([Bits(3), Bits(4)], Texts(histogram, "bucket"));
        var end = Value(events[^1], "_hparams_/session_end_info").GetProperty("hparams");
        Assert.Equal((1, Bits(1767229200.123)), (end.GetProperty("status").GetInt32(), end.GetProperty("end_time").GetString()));
    }

    private static string[] Names { get; } = ["min", "max", "num", "sum", "sum_squares"];

    private static void RequirePoint(MetricPoint point, JsonElement element)
    {
        Assert.Equal(point.Step, element.GetProperty("step").GetInt64());
        Assert.Equal(Bits(point.Timestamp.ToUnixTimeMilliseconds() / 1000.0), element.GetProperty("wall_time").GetString());
        var value = Value(element, point.Key);
        var shown = (float)point.Value;
        Assert.Equal(BitConverter.SingleToUInt32Bits(shown).ToString("x8"), value.GetProperty("simple").GetString());
        Assert.Equal(point.Value.Equals(shown) ? null : Bits(point.Value), value.TryGetProperty("exact", out var exact) ? exact.GetString() : null);
    }

    private static JsonElement Value(JsonElement element, string tag)
    {
        var value = Assert.Single(element.GetProperty("values").EnumerateArray());
        Assert.Equal(tag, value.GetProperty("tag").GetString());
        return value;
    }

    private static IEnumerable<string?> Texts(JsonElement element, string name) => element.GetProperty(name).EnumerateArray().Select(item => item.GetString());

    private static string Bits(double number) => BitConverter.DoubleToUInt64Bits(number).ToString("x16");

    private async Task<JsonElement[]> ReadAsync()
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Experiments", "TensorBoard", "read_events.py"));
        start.ArgumentList.Add(_path);
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, errors);
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("python3 is not installed; run tests/run.sh, which installs it on Debian.");
            throw;
        }
    }
}
