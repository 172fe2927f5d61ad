using System.Globalization;
using System.Reflection;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

/// <summary>Runs in memory behind the SDK's interface. Refuses what the platform refuses; a named batch counts once.</summary>
internal sealed class FakeExperiments
{
    private const string Key = "run_id";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Dictionary<string, LogBatch> _batches = [];

    public FakeExperiments() => Client = CallProxy.Create<IExperimentsClient>(Answer);

    public IExperimentsClient Client { get; }

    public Dictionary<string, RunInfo> Runs { get; } = [];

    public List<MetricPoint> Points { get; } = [];

    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Entries on a page of files, whatever is asked for.</summary>
    public int LargestPage { get; set; } = 1000;

    /// <summary>The most files and folders that one answer had.</summary>
    public int LargestListing { get; private set; }

    /// <summary>Batches until the next one fails.</summary>
    public int BatchesLeft { get; set; } = int.MaxValue;

    public RunInfo OnlyRun => Assert.Single(Runs.Values);

    public void Add(RunInfo run, params MetricPoint[] points)
    {
        Runs.Add(run.RunId, run with { Metrics = [.. points.GroupBy(point => point.Key).Select(group => group.Last())] });
        Points.AddRange(points);
    }

    /// <summary>The order of a history by time.</summary>
    public static IEnumerable<MetricPoint> ByTime(IEnumerable<MetricPoint> points) =>
        points.OrderBy(point => point.Timestamp).ThenBy(point => point.Step).ThenBy(point => point.Value);

    private object Answer(MethodInfo method, object?[] args) => method.Name switch
    {
        nameof(IExperimentsClient.StartRunAsync) => Task.FromResult(Start((StartRun)args[0]!)),
        nameof(IExperimentsClient.LogAsync) => Log((string)args[0]!, (LogBatch)args[1]!),
        nameof(IExperimentsClient.UpdateRunAsync) => Task.FromResult(Update((string)args[0]!, (UpdateRun)args[1]!)),
        nameof(IExperimentsClient.GetRunAsync) => Task.FromResult(Find((string)args[0]!)),
        nameof(IExperimentsClient.GetMetricHistoryAsync) => Task.FromResult(History((MetricHistoryQuery)args[0]!)),
        nameof(IExperimentsClient.ListArtifactPageAsync) => Task.FromResult(Page((ArtifactQuery)args[0]!)),
        nameof(IExperimentsClient.LogArtifactAsync) => StoreAsync((string)args[1]!, (Stream)args[2]!),
        nameof(IExperimentsClient.DownloadArtifactAsync) => ((Stream)args[2]!).WriteAsync(Files[(string)args[1]!], CancellationToken.None).AsTask(),
        _ => throw new InvalidOperationException($"{method.Name} was not expected."),
    };

    private RunInfo Find(string runId) => Runs.GetValueOrDefault(runId) ?? throw new NotFoundException($"No run '{runId}'.", Key);

    private RunInfo Start(StartRun command)
    {
        var id = command.RunId ?? Guid.NewGuid().ToString("N");
        return Runs.GetValueOrDefault(id) ?? (Runs[id] = new()
        {
            RunId = id,
            ExperimentId = command.ExperimentId,
            Name = command.Name,
            StartedAt = command.StartedAt ?? Now,
            Tags = new(command.Tags),
        });
    }

    private Task Log(string runId, LogBatch batch)
    {
        var run = Find(runId);
        Assert.InRange(batch.Metrics.Length, 0, 1000);
        if (BatchesLeft-- == 0)
        {
            throw new UnavailableException("Nobody answers.");
        }

        var name = $"{runId}/{batch.OperationId}";
        if (!_batches.TryAdd(name, batch))
        {
            return batch.Metrics.SequenceEqual(_batches[name].Metrics)
                ? Task.CompletedTask
                : throw new AlreadyExistsException($"Operation '{batch.OperationId}' wrote another batch.", "operation_id");
        }

        foreach (var (key, value) in batch.Params)
        {
            if (!run.Params.TryAdd(key, value))
            {
                throw new FailedPreconditionException($"Param '{key}' is written once.", key);
            }
        }

        foreach (var (key, value) in batch.Tags)
        {
            run.Tags[key] = value;
        }

        Points.AddRange(batch.Metrics);
        return Task.CompletedTask;
    }

    private RunInfo Update(string runId, UpdateRun command)
    {
        var run = Find(runId);
        return Runs[runId] = run with { Status = command.Status ?? run.Status, EndedAt = command.EndedAt ?? run.EndedAt };
    }

    private MetricHistory History(MetricHistoryQuery query)
    {
        Assert.True(query.ByTime, "A page of a history in commit order costs a look at all points before it.");
        var start = int.Parse(query.PageToken ?? "0", CultureInfo.InvariantCulture);
        MetricPoint[] all = [.. ByTime(Points.Where(point => point.Key == query.Key))];
        MetricPoint[] found = [.. all.Skip(start).Take(query.Limit)];
        return new() { Points = found, NextPageToken = start + found.Length < all.Length ? $"{start + found.Length}" : null };
    }

    private ArtifactPage Page(ArtifactQuery query)
    {
        Assert.False(query.Recursive);
        var start = int.Parse(query.PageToken ?? "0", CultureInfo.InvariantCulture);
        var prefix = query.Folder + "/";
        (string Path, bool IsFolder)[] all =
        [
            .. Files.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal))
                .Select(path => path.IndexOf('/', prefix.Length) is > 0 and var end ? (path[..end], true) : (path, false)).Distinct(),
        ];
        (string Path, bool IsFolder)[] found = [.. all.Skip(start).Take(LargestPage)];
        LargestListing = Math.Max(LargestListing, found.Length);
        return new()
        {
            Files = [.. found.Where(one => !one.IsFolder).Select(one => Artifact(one.Path))],
            Folders = [.. found.Where(one => one.IsFolder).Select(one => one.Path)],
            NextPageToken = start + found.Length < all.Length ? $"{start + found.Length}" : null,
        };
    }

    private ArtifactInfo Artifact(string path) => new() { Path = path, Digest = "", Length = Files[path].Length, CreatedAt = Now };

    private async Task<ArtifactInfo> StoreAsync(string path, Stream content)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, CancellationToken.None);
        Files[path] = bytes.ToArray();
        return Artifact(path);
    }
}
