using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>Starts runs, logs params, tags, metrics and files, ends runs.</summary>
internal sealed class TrackingDriver(int seed) : Driver("tracking", seed)
{
    private static readonly string[] Metrics = ["loss", "rate"];

    private readonly List<RunJournal> _runs = [];
    private long _experiment;
    private long _step;

    /// <summary>Finds out whether the uncertain operation took place, and brings it to its end if it is safe to repeat.</summary>
    private Func<IMlopsClient, Task>? _settle;

    private RunJournal Current => _runs[^1];

    public override string Summary => $"{_runs.Count} runs, {_runs.Sum(run => run.Points.Count)} points, {_runs.Sum(run => run.Artifacts.Count)} files";

    public override async Task PrepareAsync(IMlopsClient client)
    {
        _experiment = (await client.Experiments.CreateAsync("tracked", cancellationToken: Cancel)).ExperimentId;
        await StartAsync(client);
    }

    public override async Task VerifyAsync(IMlopsClient client)
    {
        if (_settle is { } settle)
        {
            await settle(client);
            Done();
        }

        foreach (var run in _runs)
        {
            await CompareAsync(client, run);
        }

        var found = await client.Experiments.SearchAsync(new RunQuery { ExperimentIds = [_experiment] }, Cancel);
        Assert.Equal(_runs.Select(run => run.Id).Order(), found.Runs.Select(run => run.RunId).Order());
    }

    protected override Task StepAsync(IMlopsClient client) => Random.Next(40) switch
    {
        _ when Current.HasEnded => StartAsync(client),
        0 => StartAsync(client),
        < 6 => AddFileAsync(client),
        _ => LogAsync(client),
    };

    private async Task StartAsync(IMlopsClient client)
    {
        if (_runs.Count > 0 && Current is { HasEnded: false } last)
        {
            await RepeatableAsync(client, async again =>
            {
                await again.Experiments.EndRunAsync(last.Id, cancellationToken: Cancel);
                last.HasEnded = true;
            });
        }

        var run = new RunJournal { Id = NextId() };
        await RepeatableAsync(client, async again =>
        {
            await again.Experiments.StartRunAsync(new StartRun { ExperimentId = _experiment, RunId = run.Id, User = "driver", Seed = 5 }, Cancel);
            _runs.Add(run);
        });
    }

    private async Task LogAsync(IMlopsClient client)
    {
        var step = ++_step;
        var run = Current;
        var batch = new LogBatch
        {
            Params = new Dictionary<string, string> { [$"p{step}"] = $"value {step}" },
            Tags = new Dictionary<string, string> { ["latest"] = $"{step}" },
            Metrics = [.. Metrics.Concat(Metrics).Select(key => new MetricPoint { Key = key, Step = step, Value = Random.NextDouble() })],
        };
        Begin();
        _settle = async again =>
        {
            if ((await again.Experiments.GetRunAsync(run.Id, Cancel)).Params.ContainsKey($"p{step}"))
            {
                run.Take(batch);
            }
        };
        await client.Experiments.LogAsync(run.Id, batch, Cancel);
        run.Take(batch);
        Done();
    }

    private async Task AddFileAsync(IMlopsClient client)
    {
        var (run, bytes) = (Current, NextBytes(Random.Next(1, 20_000)));
        var path = $"files/{++_step}.bin";
        await RepeatableAsync(client, async again =>
        {
            var file = await again.Experiments.LogArtifactAsync(run.Id, path, new MemoryStream(bytes), Cancel);
            Assert.Equal(Digests.Of(bytes), file.Digest);
            run.Artifacts.Add(path, file.Digest);
        });
    }

    private async Task RepeatableAsync(IMlopsClient client, Func<IMlopsClient, Task> operation)
    {
        Begin();
        _settle = operation;
        await operation(client);
        Done();
    }

    private void Done()
    {
        _settle = null;
        Acknowledge();
    }

    private static async Task CompareAsync(IMlopsClient client, RunJournal run)
    {
        var info = await client.Experiments.GetRunAsync(run.Id, Cancel);
        Assert.Equal(run.HasEnded ? RunStatus.Finished : RunStatus.Running, info.Status);
        Assert.Equal(run.Params.OrderBy(entry => entry.Key), info.Params.OrderBy(entry => entry.Key));
        Assert.Equal(run.Tags.OrderBy(entry => entry.Key), info.Tags.OrderBy(entry => entry.Key));
        foreach (var key in Metrics)
        {
            var history = await client.Experiments.GetMetricHistoryAsync(new MetricHistoryQuery { RunId = run.Id, Key = key }, Cancel);
            Assert.Equal(
                run.Points.Where(point => point.Key == key).Select(point => (point.Step, point.Value)),
                history.Points.Select(point => (point.Step, point.Value)));
        }

        var files = await client.Experiments.ListArtifactsAsync(run.Id, Cancel);
        Assert.Equal(
            run.Artifacts.OrderBy(file => file.Key, StringComparer.Ordinal),
            files.Select(file => KeyValuePair.Create(file.Path, file.Digest)).OrderBy(file => file.Key, StringComparer.Ordinal));
        foreach (var digest in run.Artifacts.Values)
        {
            await Digests.RequireStoredAsync(client, digest, Cancel);
        }
    }
}
