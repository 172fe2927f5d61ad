using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.MLOps.Hosting.Tests.Support;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Hosting.Tests.Cluster;

public sealed class ClusterReminderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task UseMlopsCluster_Reminder_IsThereAfterARestart()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        await using var postgres = await PostgresServer.StartAsync(Cancel);
        await postgres.CreateDatabaseAsync("reminders", Cancel);
        var connectionString = postgres.ConnectionString("reminders");
        await MlopsClusterExtensions.MigrateMlopsDatabaseAsync(connectionString, Cancel);

        using (var first = await StartAsync(connectionString))
        {
            await Grain(first).RemindAsync("weekly");
            await first.StopAsync(Cancel);
        }

        using var second = await StartAsync(connectionString);
        Assert.Equal(["weekly"], await Grain(second).ListAsync());
        await second.StopAsync(Cancel);
    }

    private static IRemindedGrain Grain(IHost host) => host.Services.GetRequiredService<IGrainFactory>().GetGrain<IRemindedGrain>("reminded/one");

    private async Task<IHost> StartAsync(string connectionString)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo
            .UseMlopsCluster(new MlopsClusterOptions { Postgres = connectionString, SiloPort = FreePort.Find() })
            .AddMlops(options =>
            {
                options.DataFolder = _folder.At("node");
                options.Postgres = connectionString;
                options.SharedBlobs = _folder.At("blobs");
            }));
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }
}
