using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Hosting.Stores;
using Orleans.MLOps.Hosting.Tests.Support;
using Orleans.MLOps.Hosting.Time;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.TestingHost;

namespace Orleans.MLOps.Hosting.Tests;

public sealed class AddMlopsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task AddMlops_TeamsOwnHost_GrainStateSurvivesRestart()
    {
        await using (var first = await StartAsync())
        {
            await first.Client.GetGrain<INoteGrain>("note/one").Write("kept");
            await first.StopAllSilosAsync(Cancel);
        }

        await using var second = await StartAsync();

        Assert.Equal("kept", await second.Client.GetGrain<INoteGrain>("note/one").Read());
    }

    [Fact]
    public async Task AddMlops_GrainState_IsOrleansBinaryNotJson()
    {
        await using var cluster = await StartAsync();
        await cluster.Client.GetGrain<INoteGrain>("note/one").Write("kept");

        await using var connection = new SqliteConnection($"Data Source={_folder.At("orleans.db")};Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT PayloadBinary FROM OrleansStorage WHERE GrainIdExtensionString = 'note/one'";
        var payload = Assert.IsType<byte[]>(await command.ExecuteScalarAsync(Cancel));

        Assert.NotEqual((byte)'{', payload[0]);
        Assert.True(payload.AsSpan().IndexOf("kept"u8) >= 0);
    }

    [Fact]
    public async Task AddMlops_Host_HasClientAndQueueLimits()
    {
        await using var cluster = await StartAsync(options => options.MaxQueuedRequests = 77);
        var services = Services(cluster);

        Assert.NotNull(services.GetRequiredService<IMlopsClient>());
        var messaging = services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value;
        Assert.Equal(77, messaging.MaxEnqueuedRequestsHardLimit);
        Assert.Equal(4096, messaging.MaxEnqueuedRequestsHardLimit_StatelessWorker);
    }

    [Fact]
    public async Task AddMlops_HostSetsItsOwnLimit_HostWins()
    {
        await using var cluster = await StartAsync(also: silo => silo.Configure<SiloMessagingOptions>(messaging => messaging.MaxEnqueuedRequestsHardLimit = 5000));

        Assert.Equal(5000, Services(cluster).GetRequiredService<IOptions<SiloMessagingOptions>>().Value.MaxEnqueuedRequestsHardLimit);
    }

    [Fact]
    public async Task AddMlops_HostBringsReplayClock_PlatformUsesIt()
    {
        var replay = new ReplayClock(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var cluster = await StartAsync(also: silo => silo.Services.AddSingleton(new PlatformClock(replay, TimeProvider.System)));

        Assert.Same(replay, Services(cluster).GetRequiredService<PlatformClock>().EventTime);
    }

    [Fact]
    public async Task AddMlops_FolderHeldByAnother_SiloDoesNotStart()
    {
        using var held = DataFolderLock.Acquire(_folder.Path);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync());

        Assert.Contains("is in use by another node", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenMlopsStores_CalledTwice_OpensOnce()
    {
        await using var cluster = await StartAsync();

        Services(cluster).OpenMlopsStores();
        Services(cluster).OpenMlopsStores();

        Assert.Throws<FailedPreconditionException>(() => DataFolderLock.Acquire(_folder.Path));
    }

    [Fact]
    public async Task AddMlopsModel_FunctionOfTheHost_IsRegisteredDeployedAndAnswers()
    {
        var spec = new EngineTensorSpec("x", ElementType.Float64, [-1]);
        await using var cluster = await StartAsync(also: silo => silo.AddMlopsModel("doubler", _ => new DelegateEngine(
            [spec], [spec with { Name = "y" }], inputs => [inputs[0] with { Name = "y", Data = Bytes([.. Numbers(inputs[0].Data.Span).Select(value => value * 2)]) }])));
        var mlops = Services(cluster).GetRequiredService<IMlopsClient>();

        var version = await mlops.Models.RegisterAsync(new() { Model = "m", OperationId = "m", Builtin = "doubler" }, Cancel);
        await mlops.Serving.DeployAsync(new() { Name = "e", Model = "m", Variants = [new() { Name = "only", Version = version.Version }], OperationId = "e" }, Cancel);
        var reply = await mlops.Serving.InferAsync(
            new() { Endpoint = "e", Inputs = [new() { Name = "x", Type = TensorType.Float64, Shape = [3], Data = Bytes([1, 2.5, double.NaN]) }] }, Cancel);

        Assert.Equal([2, 5, double.NaN], Numbers(Assert.Single(reply.Outputs).Data));
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => mlops.Models.RegisterAsync(new() { Model = "m", OperationId = "n", Builtin = "other" }, Cancel));
        Assert.Contains("'other'; this silo's program has doubler, echo", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("echo")]
    [InlineData("twice")]
    public void AddMlopsModel_NameThatIsEmptyOrTaken_IsRefused(string name)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo =>
        {
            silo.AddMlopsModel("twice", _ => DelegateEngine.Echo());
            Assert.Equal("name", Assert.Throws<InvalidInputException>(() => silo.AddMlopsModel(name, _ => DelegateEngine.Echo())).Field);
        });
    }

    [Fact]
    public async Task AddMlops_BadOption_ThrowsBeforeAnythingStarts()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(options => options.AnalyticsThreads = 0));

        Assert.Contains("MlopsOptions.AnalyticsThreads is '0'", error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("orleans.db")));
    }

    private static byte[] Bytes(double[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static double[] Numbers(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, double>(bytes).ToArray();

    private static IServiceProvider Services(InProcessTestCluster cluster) => cluster.Silos[0].ServiceProvider;

    private async Task<InProcessTestCluster> StartAsync(Action<MlopsOptions>? configure = null, Action<ISiloBuilder>? also = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = "team";
        builder.ConfigureSilo((_, silo) =>
        {
            also?.Invoke(silo);
            silo.AddMlops(options =>
            {
                options.DataFolder = _folder.Path;
                configure?.Invoke(options);
            });
        });
        var cluster = builder.Build();
        try
        {
            await cluster.DeployAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }
}
