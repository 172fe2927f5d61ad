using System.Diagnostics;
using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Node;
using Orleans.MLOps.Benchmarks.Reporting;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Benchmarks.Cluster;

/// <summary>Clusters of one, two and three silos, a kill of each of three, and PostgreSQL's commits.</summary>
internal static class ClusterBenchmarks
{
    private const int TrainingRows = 20_000;
    private const int MostSilos = 3;
    private static readonly int[] Callers = [1, 32];
    private static readonly int[] Writers = [1, 16, 64, 256];

    public static async Task<int> RunAsync(string file, TextWriter progress)
    {
        if (PostgresServer.Missing is { } missing)
        {
            await Console.Error.WriteLineAsync(missing);
            return 1;
        }

        var clock = Stopwatch.StartNew();
        var load = new LoadGenerator(warmUp: TimeSpan.FromSeconds(1), duration: TimeSpan.FromSeconds(4), progress);
        var folder = Directory.CreateTempSubdirectory("mlops-benchmarks-");
        await using var postgres = await PostgresServer.StartAsync();
        try
        {
            var scale = new List<(int Silos, Measurement Result, double MessagesPerCall)>();
            List<Failover.Gap> gaps = [];
            for (var silos = 1; silos <= MostSilos; silos++)
            {
                progress.WriteLine($"{silos} silos");
                await using var cluster = await BenchmarkCluster.StartAsync(postgres, folder.FullName, silos);
                using var client = cluster.Connect();
                var cases = await ClusterLoad.PrepareAsync(client, new SyntheticRows(TrainingRows));
                foreach (var callers in Callers)
                {
                    scale.AddRange((await cases.RunAsync(load, cluster, callers)).Select(one => (silos, one.Result, one.MessagesPerCall)));
                }

                if (silos == MostSilos)
                {
                    progress.WriteLine("Kill silos");
                    gaps = await Failover.RunAsync(cluster, cases, progress);
                }
            }

            progress.WriteLine("Commit rows");
            var commits = await PostgresCommits.RunAsync(postgres, load, Writers);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            await File.WriteAllTextAsync(file, ClusterMarkdown.Write(scale, gaps, commits, clock.Elapsed));
            progress.WriteLine($"Wrote {file} after {clock.Elapsed.TotalSeconds:f0} s");
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
