using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>
/// Several clients append points to the metrics of one run. An acknowledged batch is there exactly once and whole, in an order that
/// agrees with time; one of unknown outcome is there once or not at all.
/// </summary>
internal sealed class MetricsWorkload : IWorkload
{
    private const int MostPoints = 3;
    private const int Page = 10_000;
    private static readonly string[] Keys = ["loss", "rate"];

    private readonly Dictionary<string, List<MetricPoint>> _found = [];
    private string _run = "";
    private long _step;

    public string Name => "metrics";

    public int Clients => 3;

    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        var experiment = await preparation.Client.Experiments.CreateAsync("histories-metrics", cancellationToken: cancellationToken);
        _run = (await preparation.Client.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment.ExperimentId }, cancellationToken)).RunId;
    }

    public Call Next(Random random, int client)
    {
        var key = Keys[random.Next(Keys.Length)];
        var count = random.Next(1, MostPoints + 1);
        var last = Interlocked.Add(ref _step, count);
        var batch = new LogBatch
        {
            Metrics = [.. Enumerable.Range(0, count).Select(i => new MetricPoint { Key = key, Step = last - count + 1 + i, Value = random.NextDouble() })],
        };
        return new("log", new Points(batch.Metrics), async (platform, cancel) =>
        {
            await platform.Experiments.LogAsync(_run, batch, cancel);
            return null;
        });
    }

    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        foreach (var key in Keys)
        {
            var points = _found[key] = [];
            MetricHistory page;
            long after = 0;
            do
            {
                page = await client.Experiments.GetMetricHistoryAsync(new MetricHistoryQuery { RunId = _run, Key = key, AfterSequence = after, Limit = Page }, cancellationToken);
                points.AddRange(page.Points);
                after = page.LastSequence;
            }
            while (page.Points.Length == Page);
        }
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history)
    {
        var bySteps = history.SelectMany(operation => ((Points)operation.Input).All.Select(point => (point.Step, Operation: operation, Point: point))).ToDictionary(entry => entry.Step);
        var places = _found.Values.SelectMany(points => points).GroupBy(point => point.Step).ToDictionary(group => group.Key, group => group.ToArray());
        return [.. history.SelectMany(operation => CheckPresence(operation, places)), .. _found.SelectMany(key => CheckOrder(key.Key, key.Value, bySteps))];
    }

    private IEnumerable<Violation> CheckPresence(Operation operation, Dictionary<long, MetricPoint[]> places)
    {
        var points = ((Points)operation.Input).All;
        int[] counts = [.. points.Select(point => places.GetValueOrDefault(point.Step, []).Length)];
        if (operation.Type == OperationType.Ok && counts.Contains(0))
        {
            yield return new(ViolationKind.Lost, Name, $"acknowledged, {counts.Count(count => count > 0)} of {points.Length} points are there: {operation}");
        }
        else if (operation.Type == OperationType.Fail && counts.Any(count => count > 0))
        {
            yield return new(ViolationKind.Wrong, Name, $"refused, but there: {operation}");
        }
        else if (operation.Type == OperationType.Info && counts.Distinct().Count() > 1)
        {
            yield return new(ViolationKind.Wrong, Name, $"written in part: {operation}");
        }

        if (counts.Any(count => count > 1))
        {
            yield return new(ViolationKind.Doubled, Name, $"there {counts.Max()} times: {operation}");
        }

        foreach (var point in points)
        {
            if (places.GetValueOrDefault(point.Step, []).FirstOrDefault(found => found.Key != point.Key || found.Value != point.Value) is { } other)
            {
                yield return new(ViolationKind.Wrong, Name, $"step {point.Step} holds {other.Key} = {other.Value}: {operation}");
            }
        }
    }

    /// <summary>No point stands behind one that was only asked for after it was acknowledged, and the points of a batch stand as they were given.</summary>
    private IEnumerable<Violation> CheckOrder(string key, List<MetricPoint> points, Dictionary<long, (long Step, Operation Operation, MetricPoint Point)> bySteps)
    {
        Operation? latest = null;
        var lastSteps = new Dictionary<Operation, long>(ReferenceEqualityComparer.Instance);
        foreach (var point in points)
        {
            if (!bySteps.TryGetValue(point.Step, out var entry))
            {
                yield return new(ViolationKind.Wrong, Name, $"{key} has step {point.Step}, which nobody logged");
                continue;
            }

            var operation = entry.Operation;
            if (operation.Type == OperationType.Ok && latest is not null && operation.Completed < latest.Invoked)
            {
                yield return new(ViolationKind.Wrong, Name, $"step {point.Step} of {key} stands behind a later operation: {operation} behind {latest}");
            }

            if (lastSteps.TryGetValue(operation, out var last) && last > point.Step)
            {
                yield return new(ViolationKind.Wrong, Name, $"step {point.Step} of {key} stands behind step {last} of the same batch: {operation}");
            }

            lastSteps[operation] = point.Step;
            latest = latest is null || operation.Invoked > latest.Invoked ? operation : latest;
        }
    }

    private sealed record Points(MetricPoint[] All)
    {
        public override string ToString() => string.Join(", ", All.Select(point => $"{point.Key}@{point.Step}={point.Value:r}"));
    }
}
