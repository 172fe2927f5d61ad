using System.Net;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Processes;

public sealed class DoorsTests(RunningNode node)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Start_Healthy_AnnouncesPlacesAndStaysQuiet()
    {
        Assert.StartsWith("Orleans.MLOps ", node.Process.Output[0], StringComparison.Ordinal);
        Assert.Contains($"  {"data",-16} {node.DataFolder}", node.Process.Output);
        Assert.Empty(node.Process.Errors);
    }

    [Theory]
    [InlineData("/health", "OK")]
    [InlineData("/health/live", "live")]
    [InlineData("/health/ready", "ready")]
    [InlineData("/", "/dashboard")]
    [InlineData("/dashboard/", "<html")]
    public async Task Get_Page_Answers(string path, string content)
    {
        Assert.Contains(content, await node.Http.GetStringAsync(node.Process.Address(path), Cancel), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Get_DashboardWithoutSlash_LeadsThere()
    {
        using var reply = await node.Http.GetAsync(node.Process.Address("/dashboard"), Cancel);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    [Fact]
    public async Task Get_DashboardCounters_AnswersFromTheSilo()
    {
        var counters = await node.Http.GetStringAsync(node.Process.Address("/dashboard/ClusterStats"), Cancel);

        Assert.StartsWith("{", counters, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Metrics_ExportsOrleansAndRuntimeMeters()
    {
        var metrics = await node.Http.GetStringAsync(node.Process.Address("/metrics"), Cancel);

        Assert.Contains("\nmicrosoft_orleans_", metrics, StringComparison.Ordinal);
        Assert.Contains("\nsystem_runtime_", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_UnknownPath_IsNotFound()
    {
        using var reply = await node.Http.GetAsync(node.Process.Address("/nothing/here"), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    [Fact]
    public async Task GrpcHealth_RunningNode_IsServing()
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{node.Process.GrpcPort}");

        var reply = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), cancellationToken: Cancel);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, reply.Status);
    }

    [Fact]
    public async Task HealthCommand_RunningNode_ExitsZero()
    {
        await using var health = ServerProcess.Run(Path.GetTempPath(), ["health"], ("MLOPS_HTTP", $"{node.Process.HttpPort}"));

        Assert.Equal(0, await health.WaitForExitAsync());
        Assert.Equal(["ready"], health.Output);
    }

    [Fact]
    public async Task Start_SecondNodeElsewhere_RunsBeside()
    {
        using var folder = new TemporaryFolder();
        await using var other = await ServerProcess.StartNodeAsync(folder.At("data"), "--orleans-gateway", "0");

        Assert.Equal("ready", await node.Http.GetStringAsync(other.Address("/health/ready"), Cancel));
        Assert.Equal("ready", await node.Http.GetStringAsync(node.Process.Address("/health/ready"), Cancel));
        Assert.Contains(other.Output, line => line.StartsWith("  Orleans gateway ", StringComparison.Ordinal));
        other.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await other.WaitForExitAsync());
    }
}
