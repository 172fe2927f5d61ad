using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.MLOps.Hosting;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Histories.BrokenStore;

/// <summary>The platform inside this process, whole but for its tables.</summary>
internal sealed class BrokenNode : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly IHost _host;

    private BrokenNode(TemporaryFolder folder, IHost host) => (_folder, _host) = (folder, host);

    public IMlopsClient Client => _host.Services.GetRequiredService<IMlopsClient>();

    public static async Task<BrokenNode> StartAsync(Breakage breakage, string table, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort.Find(), gatewayPort: 0, primarySiloEndpoint: null, serviceId: "broken", clusterId: "broken");
            silo.AddMlops(options => options.DataFolder = folder.Path);
        });
        var tables = builder.Services.Single(service => service.ServiceType == typeof(ITables));
        builder.Services.Remove(tables);
        builder.Services.AddSingleton<ITables>(provider => new BrokenTables((ITables)tables.ImplementationFactory!(provider), breakage, table));
        var node = new BrokenNode(folder, builder.Build());
        await node._host.StartAsync(cancellationToken);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Dispose();
    }
}
