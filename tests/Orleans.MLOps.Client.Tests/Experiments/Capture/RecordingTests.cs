using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Experiments.Capture;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.Capture;

/// <summary>What becomes of the record, and of the caller, when the platform is away or the program's texts are odd.</summary>
public sealed class RecordingTests
{
    private static readonly CaptureOptions Quiet = new() { SampleEvery = TimeSpan.Zero };

    private readonly CapturedRecord _record = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(IExperimentsClient.EndRunAsync))]
    [InlineData(nameof(IExperimentsClient.LogArtifactAsync))]
    public async Task RunAsync_EndIsRefused_GivesTheResultWithTheReasonAndRecordsTheRest(string refused)
    {
        var refusal = new FailedPreconditionException("no");
        _record.Trouble = method => method == refused ? Task.FromException(refusal) : Task.CompletedTask;

        var run = await _record.Client().RunAsync("mine", "config", (_, _) => Task.FromResult(7), Quiet, Token);

        Assert.Equal(7, run.Result);
        Assert.Same(refusal, run.RecordingError);
        Assert.Equal("7", _record.Tags["mlops.result"]);
        Assert.Equal(refused == nameof(IExperimentsClient.EndRunAsync) ? (RunStatus?)null : RunStatus.Finished, _record.Ended);
    }

    [Fact]
    public async Task RunAsync_EndIsRefused_IsToldOnStandardError()
    {
        var outer = new CapturedRecord();
        _record.Trouble = method => method == nameof(IExperimentsClient.EndRunAsync) ? throw new FailedPreconditionException("refused so") : Task.CompletedTask;

        var run = await outer.Client().RunAsync(
            "outer", "config", async (_, token) => (await _record.Client().RunAsync("mine", "config", (_, _) => Task.FromResult(7), Quiet, token)).RunId, Quiet, Token);

        Assert.Null(run.RecordingError);
        Assert.Contains($"The record of run {run.Result} is not whole: refused so", outer.Files["output/stderr.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_PlatformAwayAtTheEnd_IsWaitedForOnlySoLong()
    {
        var clock = new FakeTimeProvider();
        var never = new TaskCompletionSource();
        var returned = 0;
        _record.Trouble = _ => Volatile.Read(ref returned) == 1 ? never.Task : Task.CompletedTask;
        var running = _record.Client().RunAsync(
            "mine",
            "config",
            (scope, _) =>
            {
                Volatile.Write(ref returned, 1);
                scope.Log("loss", 1);
                return Task.FromResult(7);
            },
            Quiet with { Clock = clock, RecordingTimeout = TimeSpan.FromSeconds(5) },
            Token);
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var run = await running;
        Assert.Equal(7, run.Result);
        Assert.Contains("1 metrics", Assert.IsType<FailedPreconditionException>(run.RecordingError).Message, StringComparison.Ordinal);
        Assert.Null(_record.Ended);
    }

    [Fact]
    public async Task RunAsync_FilesHangAtTheEnd_IsATimeoutThatNamesTheRun()
    {
        var clock = new FakeTimeProvider();
        _record.Trouble = method => method == nameof(IExperimentsClient.LogArtifactAsync) ? new TaskCompletionSource().Task : Task.CompletedTask;
        var running = _record.Client().RunAsync("mine", "config", (_, _) => Task.FromResult(7), Quiet with { Clock = clock }, Token);
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var run = await running;
        Assert.Contains($"run '{run.RunId}' within 00:00:30", Assert.IsType<TimeoutException>(run.RecordingError).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_BodyThrowsAndNothingCanBeRecorded_ThrowsTheBodysError()
    {
        var returned = 0;
        _record.Trouble = _ => Volatile.Read(ref returned) == 1 ? throw new FailedPreconditionException("no") : Task.CompletedTask;

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _record.Client().RunAsync<string, int>(
            "mine",
            "config",
            (_, _) =>
            {
                Volatile.Write(ref returned, 1);
                throw new InvalidOperationException("broken");
            },
            Quiet,
            Token));

        Assert.Equal("broken", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public async Task RunAsync_RecordingTimeoutOutOfRange_IsRefusedBeforeAnythingRuns(int seconds)
    {
        await Assert.ThrowsAsync<InvalidInputException>(() => _record.Client().RunAsync(
            "mine", "config", (_, _) => Task.FromResult(0), Quiet with { RecordingTimeout = TimeSpan.FromSeconds(seconds) }, Token));
        Assert.Null(_record.Started);
    }

    [Fact]
    public async Task RunAsync_ConfigurationBeyondTheLimits_IsShortenedAndSentInBatches()
    {
        var members = Enumerable.Range(0, 2500).ToDictionary(i => $"member{i}", _ => "value");
        var (one, two) = ($"{new string('k', 300)}1", $"{new string('k', 300)}2");
        foreach (var key in new[] { one, two, " ", "a\nb", new string('k', 249) + "\U0001F600" })
        {
            members[key] = "odd key";
        }

        members["long"] = new string('v', 65_532) + "\U0001F600" + new string('v', 10);
        members["nul"] = "a\0b";
        for (var i = 0; i < 40; i++)
        {
            members[$"large{i}"] = new string('\u4E2D', 65_536);
        }

        var run = await _record.Client().RunAsync("mine", members, (_, _) => Task.FromResult(7), Quiet, Token);

        Assert.Null(run.RecordingError);
        Assert.Equal(members.Count, _record.Params.Count);
        Assert.Equal(5, _record.Params.Count(entry => entry.Value == "odd key"));
        Assert.Equal(new string('v', 65_532) + "...", _record.Params["long"]);
        Assert.Equal("a\uFFFDb", _record.Params["nul"]);
        Assert.Equal("value", _record.Params["member2499"]);
    }

    [Fact]
    public async Task RunAsync_ConfigurationWithNaN_IsRecordedAsItsWord()
    {
        await _record.Client().RunAsync("mine", new { Rate = double.NaN }, (_, _) => Task.FromResult(7), Quiet, Token);

        Assert.Equal("NaN", _record.Params["Rate"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xD83D)]
    [InlineData(0xDE00)]
    public async Task RunAsync_ExceptionWithNulOrLoneSurrogate_IsRecordedWithTheOutput(int character)
    {
        var message = $"odd {(char)character} text";
        await Assert.ThrowsAsync<InvalidOperationException>(() => _record.Client().RunAsync<string, int>(
            "mine",
            "config",
            (_, _) =>
            {
                Console.Write("hello");
                throw new InvalidOperationException(message);
            },
            Quiet,
            Token));

        Assert.Equal("System.InvalidOperationException: odd \uFFFD text", _record.Tags["mlops.exception"]);
        Assert.Equal(("hello", RunStatus.Failed), (_record.Files["output/stdout.txt"], _record.Ended));
    }

    [Fact]
    public async Task RunAsync_ExceptionCutInASurrogatePair_IsCutBeforeIt()
    {
        var prefix = "System.InvalidOperationException: ".Length;
        var message = new string('x', 4996 - prefix) + string.Concat(Enumerable.Repeat("\U0001F600", 10));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _record.Client().RunAsync<string, int>(
            "mine", "config", (_, _) => throw new InvalidOperationException(message), Quiet, Token));

        Assert.Equal($"System.InvalidOperationException: {new string('x', 4996 - prefix)}...", _record.Tags["mlops.exception"]);
        Assert.Equal(RunStatus.Failed, _record.Ended);
    }

    [Fact]
    public void CapturedOutput_CutInSurrogatePairs_LeavesNoHalves()
    {
        var output = new CapturedOutput(6);
        output.Append("ab\U0001F600cdefg\U0001F600yz");

        Assert.Equal("ab\n... 9 characters were left out here ...\nyz", output.ToString());
    }
}
