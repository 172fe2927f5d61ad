using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.MLOps.Grains.Training;

namespace Orleans.MLOps.Hosting.Tests.Cluster;

public sealed class MlopsClusterExtensionsTests
{
    [Fact]
    public void UseMlopsCluster_HostsOwnTrainingOptions_Stay()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(new TrainingOptions { Slots = 3 });

        builder.UseOrleans(silo => silo.UseMlopsCluster(new MlopsClusterOptions
        {
            Postgres = "Host=db;Database=mlops;Username=mlops",
            SiloPort = 11111,
            ExchangePort = 11112,
        }));

        var registered = Assert.Single(builder.Services, service => service.ServiceType == typeof(TrainingOptions));
        Assert.Equal(3, Assert.IsType<TrainingOptions>(registered.ImplementationInstance).Slots);
    }
}
