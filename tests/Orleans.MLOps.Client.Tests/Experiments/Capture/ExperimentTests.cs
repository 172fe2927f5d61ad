using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.Capture;

public sealed class ExperimentTests
{
    private readonly CapturedRecord _record = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_BodyThatReturns_RecordsEverythingWithoutAWordOfTheBody()
    {
        var run = await _record.Client().RunAsync("mine", new { Seed = 7, Net = new { Hidden = new[] { 64, 32 }, Rate = 0.1 }, Name = "net" }, (scope, _) =>
        {
            Console.WriteLine($"hello from {scope.RunId}");
            Console.Error.WriteLine("careful");
            scope.Log("loss", 0.5, 3);
            return Task.FromResult(new { Accuracy = 0.9 });
        }, new CaptureOptions { SampleEvery = TimeSpan.Zero }, Token);

        Assert.Equal(0.9, run.Result.Accuracy);
        Assert.Equal((7L, Environment.MachineName, Environment.UserName), (_record.Started!.Seed, _record.Started.Host, _record.Started.User));
        Assert.Contains("Orleans.MLOps.Client", _record.Started.Packages.Keys);
        Assert.Equal(TimeSpan.FromMinutes(1), _record.Started.HeartbeatWithin);
        Assert.Equal(("7", "[64,32]", "0.1", "net"), (_record.Params["Seed"], _record.Params["Net.Hidden"], _record.Params["Net.Rate"], _record.Params["Name"]));
        Assert.Equal($"hello from {run.RunId}{Environment.NewLine}", _record.Files["output/stdout.txt"]);
        Assert.Equal($"careful{Environment.NewLine}", _record.Files["output/stderr.txt"]);
        Assert.Contains("0.9", _record.Files["output/result.json"], StringComparison.Ordinal);
        Assert.Equal(("loss", 0.5, 3L), (_record.Points.Single().Key, _record.Points.Single().Value, _record.Points.Single().Step));
        Assert.Equal(RunStatus.Finished, _record.Ended);
        Assert.Contains("mlops.duration_seconds", _record.Tags.Keys);
    }

    [Fact]
    public async Task RunAsync_BodyThatThrows_EndsFailedWithTheStackAndThrowsOn()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _record.Client().RunAsync<string, int>(
            "mine", "config", (_, _) => throw new InvalidOperationException("broken"), new CaptureOptions { SampleEvery = TimeSpan.Zero }, Token));

        Assert.Equal("broken", error.Message);
        Assert.Equal(RunStatus.Failed, _record.Ended);
        Assert.Contains(nameof(RunAsync_BodyThatThrows_EndsFailedWithTheStackAndThrowsOn), _record.Files["output/exception.txt"], StringComparison.Ordinal);
        Assert.Equal("System.InvalidOperationException: broken", _record.Tags["mlops.exception"]);
    }

    [Fact]
    public async Task RunAsync_Cancelled_EndsKilled()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _record.Client().RunAsync(
            "mine",
            "config",
            async (_, token) =>
            {
                await cancel.CancelAsync();
                token.ThrowIfCancellationRequested();
                return 1;
            },
            new CaptureOptions { SampleEvery = TimeSpan.Zero },
            cancel.Token));

        Assert.Equal(RunStatus.Killed, _record.Ended);
    }

    [Fact]
    public async Task RunAsync_TwoAtOnce_DoNotMixTheirOutput()
    {
        var other = new CapturedRecord();
        var meeting = new Barrier(2);
        await Task.WhenAll(SpeakAsync(_record, "one"), SpeakAsync(other, "two"));

        Assert.Equal($"one{Environment.NewLine}one{Environment.NewLine}", _record.Files["output/stdout.txt"]);
        Assert.Equal($"two{Environment.NewLine}two{Environment.NewLine}", other.Files["output/stdout.txt"]);

        Task SpeakAsync(CapturedRecord record, string word) => record.Client().RunAsync("mine", "config", (_, token) =>
        {
            Console.WriteLine(word);
            meeting.SignalAndWait(token);
            Console.WriteLine(word);
            return Task.FromResult(0);
        }, new CaptureOptions { SampleEvery = TimeSpan.Zero }, Token);
    }

    [Fact]
    public async Task RunAsync_LongOutput_KeepsItsBeginningAndItsEnd()
    {
        await _record.Client().RunAsync("mine", "config", (_, _) =>
        {
            Console.Write(new string('a', 60) + new string('b', 1000) + new string('c', 50));
            return Task.FromResult(0);
        }, new CaptureOptions { SampleEvery = TimeSpan.Zero, OutputLimit = 100 }, Token);

        Assert.Equal($"{new string('a', 50)}\n... 1010 characters were left out here ...\n{new string('c', 50)}", _record.Files["output/stdout.txt"]);
    }
}
