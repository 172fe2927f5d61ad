using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orleans.MLOps.Client.Experiments.TensorBoard;
using Orleans.MLOps.Client.Experiments.TensorBoard.Format;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

public sealed class ImportTests
{
    private const string RunId = "0123456789abcdef0123456789abcdef";
    private readonly FakeExperiments _fake = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_FileOfAnotherTool_BecomesARun()
    {
        var start = new SessionStart
        {
            Hparams = { ["lr"] = Value.ForNumber(0.1), ["bn"] = Value.ForBool(true), ["opt"] = Value.ForString("adam"), ["layers"] = Value.ForList(Value.ForNumber(1)) },
        };
        var file = EventFiles.Of(
            new Event { GraphDef = ByteString.CopyFromUtf8("graph") },
            EventFiles.Event(EventFiles.Hparams(new() { Experiment = new() { Name = "x" } })),
            EventFiles.Event(EventFiles.Hparams(new() { SessionStartInfo = start })),
            EventFiles.Event(
                EventFiles.Scalar("loss", 0.5f),
                EventFiles.Tensor("acc", new() { Dtype = ElementType.Float, FloatVal = { 0.25f } }, "scalars"),
                EventFiles.Tensor("free", new() { Dtype = ElementType.Double, DoubleVal = { 0.1 } }),
                EventFiles.Tensor("words", new() { Dtype = (ElementType)7 }, "text"),
                EventFiles.Tensor("pr", new() { Dtype = ElementType.Float, FloatVal = { 1 } }, "pr_curves"),
                new() { Tag = "h", Histo = new() },
                new() { Tag = "i", Image = ByteString.Empty },
                new() { Tag = "nothing" }),
            new Event { SessionLog = ByteString.Empty },
            new Event { FileVersion = "brain.Event:2" },
            EventFiles.Event(EventFiles.Hparams(new() { SessionEndInfo = new() { Status = SessionStatus.Failure, EndTimeSecs = 1_700_000_009 } })));

        var import = await ImportAsync(file);

        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_001_250);
        Assert.Equal([Point("loss", 0.5, time), Point("acc", 0.25, time), Point("free", 0.1, time)], _fake.Points);
        var run = _fake.OnlyRun;
        Assert.Equal(new() { ["lr"] = "0.1", ["bn"] = "true", ["opt"] = "adam" }, run.Params);
        Assert.Equal((7, "name", RunStatus.Failed), (run.ExperimentId, run.Name, run.Status));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500), run.StartedAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_009), run.EndedAt);
        Assert.Equal((run.RunId, 3, 3L, false), (import.RunId, import.Params, import.Points, import.Repeated));
        var ignored = new Dictionary<string, long>
        {
            ["graph"] = 1, ["hparam"] = 1, ["text"] = 1, ["tensor"] = 1, ["histogram"] = 1, ["image"] = 1, ["other"] = 1, ["session-log"] = 1,
        };
        Assert.Equal(ignored.OrderBy(kind => kind.Key), import.Ignored.OrderBy(kind => kind.Key));
    }

    [Fact]
    public async Task Import_FailedInTheMiddle_GoesOnWhenRepeated()
    {
        var file = Long(4321);
        _fake.BatchesLeft = 2;
        await Assert.ThrowsAsync<UnavailableException>(() => ImportAsync(file, RunId));
        Assert.Equal(2000, _fake.Points.Count);
        Assert.Equal(RunStatus.Running, _fake.OnlyRun.Status);

        _fake.BatchesLeft = int.MaxValue;
        var import = await ImportAsync(file, RunId);

        Assert.False(import.Repeated);
        Assert.Equal(Enumerable.Range(0, 4321).Select(i => (double)i), _fake.Points.Select(point => point.Value));
        Assert.Equal(RunStatus.Finished, _fake.OnlyRun.Status);
    }

    [Fact]
    public async Task Import_TheSameFileTwice_StoresItOnce()
    {
        var file = Long(1500);
        var first = await ImportAsync(file, RunId);
        _fake.BatchesLeft = 0;
        var second = await ImportAsync(file, RunId);
        Assert.Equal((1500, true, first.Points), (_fake.Points.Count, second.Repeated, second.Points));
    }

    [Fact]
    public async Task Import_AnotherFileIntoTheSameRun_IsRefused()
    {
        await ImportAsync(Long(10), RunId);
        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => ImportAsync(Long(11), RunId));
        Assert.Contains("another event file", error.Message, StringComparison.Ordinal);
        Assert.Equal(10, _fake.Points.Count);
    }

    [Theory]
    [InlineData(RunStatus.Running)]
    [InlineData(RunStatus.Finished)]
    public async Task Import_IntoARunOfSomebodyElse_IsRefusedAndChangesNothing(RunStatus status)
    {
        var run = new RunInfo { RunId = RunId, Status = status };
        _fake.Add(run);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => ImportAsync(Long(10), RunId));
        Assert.Empty(_fake.Points);
        Assert.Equal(status, _fake.OnlyRun.Status);
    }

    [Fact]
    public async Task Import_RunThatWasEndedBeforeItsImport_IsRefused()
    {
        _fake.BatchesLeft = 1;
        await Assert.ThrowsAsync<UnavailableException>(() => ImportAsync(Long(4000), RunId));
        _fake.Runs[RunId] = _fake.Runs[RunId] with { Status = RunStatus.Killed };
        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => ImportAsync(Long(4000), RunId));
        Assert.Contains("ended before", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_DamagedAtItsEnd_WritesNothingIfTheStreamCanSeek()
    {
        var file = Long(3000)[..^1];
        await Assert.ThrowsAsync<InvalidInputException>(() => ImportAsync(file));
        Assert.Empty(_fake.Runs);

        await Assert.ThrowsAsync<InvalidInputException>(() => _fake.Client.ImportTensorBoardAsync(new Trickle(file), 7, cancellationToken: Token));
        Assert.Equal((2000, RunStatus.Running), (_fake.Points.Count, _fake.OnlyRun.Status));
    }

    [Fact]
    public async Task Import_FromThePositionOfAStream_LeavesItOpen()
    {
        using var stream = new MemoryStream([9, 9, .. Long(5)]);
        stream.Position = 2;
        Assert.Equal(5, (await _fake.Client.ImportTensorBoardAsync(stream, 7, cancellationToken: Token)).Points);
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public async Task Import_ManyParams_ComeInSeveralBatchesOnceEach()
    {
        var start = new SessionStart();
        for (var i = 0; i < 250; i++)
        {
            start.Hparams[$"p{i}"] = Value.ForNumber(i);
        }

        var again = new SessionStart { Hparams = { ["p0"] = Value.ForNumber(0), ["p1"] = Value.ForNumber(7) } };
        var import = await ImportAsync(EventFiles.Of(
            EventFiles.Event(EventFiles.Hparams(new() { SessionStartInfo = start })), EventFiles.Event(EventFiles.Hparams(new() { SessionStartInfo = again }))));
        Assert.Equal((250, 1L), (import.Params, import.Ignored["hparam"]));
        Assert.Equal("1", _fake.OnlyRun.Params["p1"]);
    }

    private static MetricPoint Point(string key, double value, DateTimeOffset time) => new() { Key = key, Value = value, Step = 3, Timestamp = time };

    private static byte[] Long(int points) => EventFiles.Of(Enumerable.Range(0, points).Select(i => EventFiles.Event(EventFiles.Scalar("loss", i))));

    private Task<TensorBoardImport> ImportAsync(byte[] file, string? runId = null) =>
        _fake.Client.ImportTensorBoardAsync(new MemoryStream(file), 7, "name", runId, Token);
}
