using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Cluster.Tests;

[Collection(TestCluster.OneAtATime)]
public sealed class MissingRoleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartTraining_NoTrainingSilo_WaitsSaysSoAndStartsWhenOneComes()
    {
        await using var cluster = await TestCluster.StartAsync("serving,training", "gateway,serving");
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = [cluster.Gateways[1]] });
        var frame = await SampleData.PrepareAsync(client, Cancel);
        await cluster.KillAsync(0);

        var job = await client.Training.StartAsync(SampleData.Job(frame, "waiting", epochs: 1, seed: 1), cancellationToken: Cancel);
        var waiting = await Patience.UntilAsync("the job to wait", () => client.Training.GetAsync(job.JobId, Cancel), info => info.Reason is not null, Cancel);
        Assert.Equal(TrainingStatus.Queued, waiting.Status);
        Assert.Contains("training", waiting.Reason, StringComparison.Ordinal);

        await cluster.StartNodeAsync(0);
        var ended = await Patience.UntilAsync(
            "the job to end", () => client.Training.GetAsync(job.JobId, Cancel), info => info.Status is TrainingStatus.Completed or TrainingStatus.Failed, Cancel);
        Assert.Equal((TrainingStatus.Completed, null), (ended.Status, ended.Reason));
    }

    [Theory]
    [InlineData("--role", "butler", "role")]
    [InlineData("--accelerator", "tpu", "accelerator")]
    [InlineData("--accelerator", "cuda", "CUDA device")]
    [InlineData("--exchange-port", "70000", "exchange-port")]
    [InlineData("--death-after", "1", "death-after")]
    [InlineData("--silo-address", "0.0.0.0", "address")]
    public async Task Start_WrongClusterSetting_EndsWithOneSentenceNamingIt(string option, string value, string named)
    {
        using var folder = new TemporaryFolder();
        await using var server = ServerProcess.Run(
            folder.Path,
            ["--data", "d", "--http", "0", "--grpc", "0", option, value],
            ("MLOPS_MODE", "cluster"), ("MLOPS_POSTGRES", "Host=127.0.0.1;Port=1;Database=x;Username=x;Password=hush"), ("MLOPS_BLOBS", folder.Path));

        Assert.NotEqual(0, await server.WaitForExitAsync());
        var line = Assert.Single(server.Errors);
        Assert.Contains(named, line, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(value, line, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", line, StringComparison.Ordinal);
    }
}
