using System.Globalization;
using System.Text;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Models;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Cluster.Tests;

/// <summary>A scoring job over three server processes must give the rows that it gives undisturbed, whichever process dies meanwhile.</summary>
[Collection(TestCluster.OneAtATime)]
public sealed class ScoringTests
{
    private const int Rows = 4000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task KillSilo_InTheMiddle_EveryRowIsScoredOnce(int victim)
    {
        await using var cluster = await TestCluster.StartAsync("all", "all", "all");
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = cluster.Gateways });
        await PrepareAsync(client);
        var whole = await client.Serving.ScoreDatasetAsync(Job("whole"), Cancel);

        var command = Job("disturbed") with { PartitionRows = 20 };
        await client.Serving.StartScoringAsync(command, Cancel);
        var running = await LookAsync(client, "some partitions", job => job.PartitionsDone > 10);
        Assert.Equal(ScoringJobStatus.Running, running.Status);
        await cluster.KillAsync(victim);
        var ended = await LookAsync(client, "the job's end", job => job.EndedAt is not null);

        Assert.Equal((ScoringJobStatus.Completed, null, 200), (ended.Status, ended.Reason, ended.PartitionsDone));
        Assert.Equal(await ContentAsync(client, whole), await ContentAsync(client, ended));
        TestContext.Current.TestOutputHelper!.WriteLine($"generation {ended.Generation}; killed after {running.PartitionsDone} of {ended.Partitions} partitions");
    }

    private static async Task PrepareAsync(GrpcMlopsClient client)
    {
        var text = new StringBuilder("id,x,y\n");
        for (var row = 0; row < Rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row},{row * 0.01},{row % 13}\n");
        }

        await client.Datasets.IngestAsync("numbers", new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), DataFormat.Csv, cancellationToken: Cancel);
        await using var file = File.OpenRead(Path.Combine(Repository(), "samples", "models", "mlp", "1", "model.onnx"));
        await client.Models.RegisterAsync(new RegisterModelVersion { Model = "mlp", OperationId = "1", Onnx = await client.Models.UploadAsync(file, Cancel) }, Cancel);
    }

    private static ScoreDataset Job(string name) => new()
    {
        Name = name,
        Dataset = "numbers",
        Model = "mlp",
        Version = 1,
        Target = name,
        Inputs = [.. Enumerable.Range(0, 16).Select(i => i % 2 == 0 ? "x" : "y")],
        OperationId = name,
    };

    private static Task<ScoringJobInfo> LookAsync(GrpcMlopsClient client, string what, Func<ScoringJobInfo, bool> condition) =>
        Patience.UntilAsync(what, () => client.Serving.GetScoringAsync("disturbed", cancellationToken: Cancel), condition, Cancel);

    /// <summary>All rows of a job's version, in order.</summary>
    private static async Task<string[]> ContentAsync(GrpcMlopsClient client, ScoringJobInfo job)
    {
        var version = await client.Datasets.GetAsync(job.Target, job.TargetDigest, cancellationToken: Cancel);
        Assert.Equal(Rows, version.RowCount);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "data.parquet");
        await using (var file = File.Create(path))
        {
            await client.Datasets.DownloadAsync(version.Data.Digest, file, Cancel);
        }

        using var engine = new AnalyticsEngine(new StorageOptions { DataFolder = Path.Combine(folder.Path, "engine") });
        return
        [
            .. await engine.QueryAsync(
                "SELECT concat_ws(' ', row_ordinal, id, x, y, output) FROM source ORDER BY row_ordinal", [AnalyticsSource.Of(path)], row => row.GetString(0), Cancel),
        ];
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Orleans.MLOps.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The solution's folder is not above the tests.");
        }

        return folder;
    }
}
