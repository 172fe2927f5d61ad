using System.Collections.Concurrent;
using System.Text;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.Capture;

public sealed class ExperimentTests
{
    private readonly ConcurrentDictionary<string, string> _files = new();
    private readonly ConcurrentDictionary<string, string> _params = new();
    private readonly ConcurrentDictionary<string, string> _tags = new();
    private readonly ConcurrentQueue<MetricPoint> _points = new();
    private StartRun? _started;
    private RunStatus? _ended;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_BodyThatReturns_RecordsEverythingWithoutAWordOfTheBody()
    {
        var run = await Client().RunAsync("mine", new { Seed = 7, Net = new { Hidden = new[] { 64, 32 }, Rate = 0.1 }, Name = "net" }, (scope, _) =>
        {
            Console.WriteLine($"hello from {scope.RunId}");
            Console.Error.WriteLine("careful");
            scope.Log("loss", 0.5, 3);
            return Task.FromResult(new { Accuracy = 0.9 });
        }, new CaptureOptions { SampleEvery = TimeSpan.Zero }, Token);

        Assert.Equal(0.9, run.Result.Accuracy);
        Assert.Equal((7L, Environment.MachineName, Environment.UserName), (_started!.Seed, _started.Host, _started.User));
        Assert.Contains("Orleans.MLOps.Client", _started.Packages.Keys);
        Assert.Equal(TimeSpan.FromMinutes(1), _started.HeartbeatWithin);
        Assert.Equal(("7", "[64,32]", "0.1", "net"), (_params["Seed"], _params["Net.Hidden"], _params["Net.Rate"], _params["Name"]));
        Assert.Equal($"hello from {run.RunId}{Environment.NewLine}", _files["output/stdout.txt"]);
        Assert.Equal($"careful{Environment.NewLine}", _files["output/stderr.txt"]);
        Assert.Contains("0.9", _files["output/result.json"], StringComparison.Ordinal);
        Assert.Equal(("loss", 0.5, 3L), (_points.Single().Key, _points.Single().Value, _points.Single().Step));
        Assert.Equal(RunStatus.Finished, _ended);
        Assert.Contains("mlops.duration_seconds", _tags.Keys);
    }

    [Fact]
    public async Task RunAsync_BodyThatThrows_EndsFailedWithTheStackAndThrowsOn()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Client().RunAsync<string, int>(
            "mine", "config", (_, _) => throw new InvalidOperationException("broken"), new CaptureOptions { SampleEvery = TimeSpan.Zero }, Token));

        Assert.Equal("broken", error.Message);
        Assert.Equal(RunStatus.Failed, _ended);
        Assert.Contains(nameof(RunAsync_BodyThatThrows_EndsFailedWithTheStackAndThrowsOn), _files["output/exception.txt"], StringComparison.Ordinal);
        Assert.Equal("System.InvalidOperationException: broken", _tags["mlops.exception"]);
    }

    [Fact]
    public async Task RunAsync_Cancelled_EndsKilled()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client().RunAsync(
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

        Assert.Equal(RunStatus.Killed, _ended);
    }

    [Fact]
    public async Task RunAsync_TwoAtOnce_DoNotMixTheirOutput()
    {
        var other = new ExperimentTests();
        var meeting = new Barrier(2);
        await Task.WhenAll(SpeakAsync(this, "one"), SpeakAsync(other, "two"));

        Assert.Equal($"one{Environment.NewLine}one{Environment.NewLine}", _files["output/stdout.txt"]);
        Assert.Equal($"two{Environment.NewLine}two{Environment.NewLine}", other._files["output/stdout.txt"]);

        Task SpeakAsync(ExperimentTests test, string word) => test.Client().RunAsync("mine", "config", (_, token) =>
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
        await Client().RunAsync("mine", "config", (_, _) =>
        {
            Console.Write(new string('a', 60) + new string('b', 1000) + new string('c', 50));
            return Task.FromResult(0);
        }, new CaptureOptions { SampleEvery = TimeSpan.Zero, OutputLimit = 100 }, Token);

        Assert.Equal($"{new string('a', 50)}\n... 1010 characters were left out here ...\n{new string('c', 50)}", _files["output/stdout.txt"]);
    }

    private IExperimentsClient Client() => CallProxy.Create<IExperimentsClient>((method, arguments) =>
    {
        switch (method.Name)
        {
            case nameof(IExperimentsClient.CreateAsync):
                return Task.FromResult(new ExperimentInfo { ExperimentId = 3, Project = "default", Name = "mine" });
            case nameof(IExperimentsClient.StartRunAsync):
                _started = (StartRun)arguments[0]!;
                return Task.FromResult(new RunInfo { RunId = Guid.NewGuid().ToString("N"), ExperimentId = 3 });
            case nameof(IExperimentsClient.LogAsync):
                var batch = (LogBatch)arguments[1]!;
                Merge(_params, batch.Params);
                Merge(_tags, batch.Tags);
                Array.ForEach(batch.Metrics, _points.Enqueue);
                return Task.CompletedTask;
            case nameof(IExperimentsClient.LogArtifactAsync):
                using (var reader = new StreamReader((Stream)arguments[2]!, Encoding.UTF8))
                {
                    _files[(string)arguments[1]!] = reader.ReadToEnd();
                }

                return Task.FromResult(new ArtifactInfo { Path = "p", Digest = "d" });
            case nameof(IExperimentsClient.EndRunAsync):
                _ended = (RunStatus)arguments[1]!;
                return Task.CompletedTask;
            default:
                return Task.CompletedTask;
        }
    });

    private static void Merge(ConcurrentDictionary<string, string> target, Dictionary<string, string> entries)
    {
        foreach (var (key, value) in entries)
        {
            target[key] = value;
        }
    }
}
