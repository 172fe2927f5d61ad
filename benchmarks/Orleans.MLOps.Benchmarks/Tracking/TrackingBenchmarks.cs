using System.Diagnostics;
using System.Globalization;
using System.Text;
using Orleans.MLOps.Benchmarks.Reporting;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Benchmarks.Tracking;

/// <summary>MLflow's REST door on an embedded node: logging, batches, runs, searches and model versions, beside an empty endpoint of the same host.</summary>
internal static class TrackingBenchmarks
{
    private const int Callers = 8;
    private const int Points = 10_000_000;
    private const int Readings = 10;
    private const string Api = "/api/2.0/mlflow";

    private static readonly int[] Runs = [1_000, 10_000, 100_000];
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    private static long _number;

    public static async Task<int> RunAsync(string file, TextWriter progress)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-benchmarks-");
        var clock = Stopwatch.StartNew();
        var rows = new List<TrackingRow>();
        try
        {
            await using var server = await TrackedServer.StartAsync(folder.FullName);
            using var http = new HttpCaller(server.Http, Callers);
            using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = server.Grpc });
            var experiment = (await client.Experiments.CreateAsync("bench")).ExperimentId;
            var run = (await client.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment })).RunId;

            async Task CaseAsync(string name, int callers, Func<int, Task> call)
            {
                var load = new TimedLoad(progress);
                rows.Add(await load.RunAsync(server, name, callers, Duration, call));
            }

            rows.Add(await RawAppend.RunAsync(Path.Combine(folder.FullName, "raw"), new TimedLoad(progress), Callers, Duration));
            await CaseAsync("empty endpoint (GET /health/live)", Callers, caller => http.GetAsync(caller, "/health/live"));
            await CaseAsync("log-metric", Callers, caller => http.PostAsync(caller, $"{Api}/runs/log-metric", Metric(run)));
            await CaseAsync("log-batch of 100", Callers, caller => http.PostAsync(caller, $"{Api}/runs/log-batch", Batch(run, 100)));
            await CaseAsync("log-batch of 1000", Callers, caller => http.PostAsync(caller, $"{Api}/runs/log-batch", Batch(run, 1000)));
            await CaseAsync("runs/create", Callers, caller => http.PostAsync(caller, $"{Api}/runs/create", $$"""{"experiment_id":"{{experiment}}","start_time":1700000000000}"""));
            await http.PostAsync(0, $"{Api}/registered-models/create", """{"name":"bench"}""");
            await CaseAsync("model-versions/create", Callers, caller => http.PostAsync(caller, $"{Api}/model-versions/create", """{"name":"bench","source":"s3://bucket/model"}"""));

            var seeded = (await client.Experiments.CreateAsync("seeded")).ExperimentId;
            var made = 0;
            foreach (var goal in Runs)
            {
                progress.WriteLine($"Seed {goal} runs of 20 metrics and 20 params");
                await SeedAsync(client, seeded, made, goal);
                made = goal;
                var filtered = $$"""{"experiment_ids":["{{seeded}}"],"filter":"metrics.m3 < 0.5 and params.p1 = 'v1'","order_by":["metrics.m7 DESC"],"max_results":100}""";
                await CaseAsync($"search 100 of {goal:n0}: a metric, a param, by a metric", 1, caller => http.PostAsync(caller, $"{Api}/runs/search", filtered));
                var newest = $$"""{"experiment_ids":["{{seeded}}"],"max_results":100}""";
                await CaseAsync($"search 100 of {goal:n0}: the newest", 1, caller => http.PostAsync(caller, $"{Api}/runs/search", newest));
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            await File.WriteAllTextAsync(file, TrackingMarkdown.Write(rows, null, clock.Elapsed));
            var points = await MemoryAsync(client, server, experiment, progress);
            await File.WriteAllTextAsync(file, TrackingMarkdown.Write(rows, points, clock.Elapsed));
            progress.WriteLine($"Wrote {file} after {clock.Elapsed.TotalSeconds:f0} s");
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Metric(string run)
    {
        var number = Interlocked.Increment(ref _number);
        return $$"""{"run_id":"{{run}}","key":"loss","value":0.25,"timestamp":{{1_700_000_000_000 + number}},"step":{{number}}}""";
    }

    private static string Batch(string run, int points)
    {
        var last = Interlocked.Add(ref _number, points);
        var text = new StringBuilder($$"""{"run_id":"{{run}}","metrics":[""");
        for (var i = 0; i < points; i++)
        {
            var number = last - points + i + 1;
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""{"key":"m{{i % 10}}","value":0.25,"timestamp":{{1_700_000_000_000 + number}},"step":{{number}}}""");
        }

        return text.Append("]}").ToString();
    }

    private static Task SeedAsync(GrpcMlopsClient client, long experiment, int from, int to) => Parallel.ForEachAsync(
        Enumerable.Range(from, to - from), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, cancel) =>
        {
            var random = new Random(number);
            var run = await client.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment, Name = $"run-{number}" }, cancel);
            await client.Experiments.LogAsync(
                run.RunId,
                new LogBatch
                {
                    Params = Enumerable.Range(0, 20).ToDictionary(i => $"p{i}", i => $"v{random.Next(4)}"),
                    Metrics = [.. Enumerable.Range(0, 20).Select(i => new MetricPoint { Key = $"m{i}", Value = random.NextDouble(), Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(number) })],
                },
                cancel);
        });

    /// <summary>Resident memory of the server before, amid and after ten million points of one run.</summary>
    private static async Task<LongRun> MemoryAsync(GrpcMlopsClient client, TrackedServer server, long experiment, TextWriter progress)
    {
        progress.WriteLine($"Log {Points:n0} points through the background logger");
        var clock = Stopwatch.StartNew();
        var run = await client.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment });
        var seen = new List<double> { server.Memory };
        await using var logger = MetricLogger.Open(client.Experiments, run.RunId);
        for (var step = 0; step < Points; step++)
        {
            await logger.LogAsync("loss", step, step);
            if ((step + 1) % (Points / Readings) == 0)
            {
                await logger.FlushAsync();
                seen.Add(server.Memory);
                progress.WriteLine($"  {step + 1:n0} points after {clock.Elapsed.TotalSeconds:f0} s, {seen[^1]:f0} MB");
            }
        }

        return new LongRun(Points, clock.Elapsed, [.. seen]);
    }
}
