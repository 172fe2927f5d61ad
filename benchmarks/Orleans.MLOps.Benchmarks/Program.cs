using System.Diagnostics;
using Orleans.MLOps.Benchmarks.Cases;
using Orleans.MLOps.Benchmarks.Cluster;
using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Node;
using Orleans.MLOps.Benchmarks.Reporting;
using Orleans.MLOps.Benchmarks.Serving;
using Orleans.MLOps.Benchmarks.Tracking;

const int TrainingRows = 60_000;
int[] servingCallers = [1, 16, 64];
int[] besideTrainingCallers = [16];
int[] loggingCallers = [1, 16, 64, 256];

if (args is ["cluster", ..] and { Length: <= 2 } && !args[^1].StartsWith('-'))
{
    return await ClusterBenchmarks.RunAsync(args.ElementAtOrDefault(1) ?? Path.Combine("benchmarks", "results", "cluster.md"), Console.Out);
}

if (args is ["tracking", ..] and { Length: <= 2 } && !args[^1].StartsWith('-'))
{
    return await TrackingBenchmarks.RunAsync(args.ElementAtOrDefault(1) ?? Path.Combine("benchmarks", "results", "tracking.md"), Console.Out);
}

if (args is [ServingNodeCommand.Verb, .. var options])
{
    return await ServingNodeCommand.RunAsync(options);
}

if (args is ["serving", .. var asked] and { Length: <= 3 } && !args[^1].StartsWith('-'))
{
    return await ServingBenchmarks.RunAsync(asked, Console.Out);
}

if (args.Length > 1 || args.Any(argument => argument.StartsWith('-')))
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/Orleans.MLOps.Benchmarks [-- [cluster|tracking] FILE]   (default: benchmarks/results/latest.md, cluster.md or tracking.md)");
    Console.Error.WriteLine($"       dotnet run -c Release --project benchmarks/Orleans.MLOps.Benchmarks -- {ServingBenchmarks.Usage}   (default: all of it, into benchmarks/results/serving.md)");
    return 2;
}

var file = args.FirstOrDefault() ?? Path.Combine("benchmarks", "results", "latest.md");
var progress = Console.Out;
var clock = Stopwatch.StartNew();
var machine = new MachineFacts();
var load = new LoadGenerator(warmUp: TimeSpan.FromSeconds(0.3), duration: TimeSpan.FromSeconds(1.5), progress);
var folder = Directory.CreateTempSubdirectory("mlops-benchmarks-");
try
{
    progress.WriteLine("Start a node and train a model of 16 columns");
    await using var node = await BenchmarkNode.StartAsync(folder.FullName);
    await using var door = await BareDoor.OpenAsync(node);
    var model = await BenchmarkModel.PrepareAsync(node.Cohosted, new SyntheticRows(TrainingRows));

    progress.WriteLine("Predict");
    using var serving = await ServingLadder.OpenAsync(node, door, model.Rows);
    var ladder = await Rounds.RunAsync(() => serving.RunAsync(load, servingCallers));

    progress.WriteLine("Predict beside a training job of two shards");
    List<Measurement> beside;
    double samples;
    await using (var training = await BackgroundTraining.StartAsync(node, model))
    {
        beside = await Rounds.RunAsync(() => serving.RunAsync(load, besideTrainingCallers));
        samples = await training.SamplesPerSecondAsync();
    }

    var monitored = await serving.CheckAsync();
    progress.WriteLine("Log metrics");
    var metrics = await Rounds.RunAsync(() => MetricLogging.RunAsync(node, load, loggingCallers));
    progress.WriteLine("Update detectors");
    var detectors = DetectorUpdates.Run(load);
    progress.WriteLine("Train");
    var throughput = await TrainingThroughput.RunAsync(node, model, progress);

    var results = new BenchmarkResults
    {
        Ladder = ladder,
        BesideTraining = beside,
        Monitored = monitored,
        Metrics = metrics,
        Detectors = detectors,
        Training = throughput,
        TrainingBesideServing = samples,
        TotalSeconds = clock.Elapsed.TotalSeconds,
    };
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
    await File.WriteAllTextAsync(file, Markdown.Write(results, machine.Others()));
    progress.WriteLine($"Wrote {file} after {clock.Elapsed.TotalSeconds:f0} s");
    return 0;
}
finally
{
    folder.Delete(recursive: true);
}
