using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Tests.Training;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Hosting;
using Orleans.TestingHost;

namespace Orleans.MLOps.Grains.Tests.Platform;

/// <summary>One silo with the whole platform on a folder of its own.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    public string Folder { get; } = Directory.CreateTempSubdirectory("mlops-grains-").FullName;

    public IGrainFactory Grains => Cluster.Client;

    public IServiceProvider Services => Cluster.GetSiloServiceProvider();

    /// <summary>Training threads of the silo; set it before the start.</summary>
    public int? Slots { get; init; }

    /// <summary>What a test changes in the silo, after everything else; set it before the start.</summary>
    public Action<ISiloBuilder>? Configure { get; init; }

    private InProcessTestCluster Cluster => _cluster ?? throw new InvalidOperationException("The silo is not started.");

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = "mlops-tests";
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMlops(new MlopsOptions { DataFolder = Folder });
            silo.Services.TryAddSingleton<FrameReader>();
            silo.Services.AddSingleton<ITrainingReference, RowCountReference>();
            if (Slots is { } slots)
            {
                silo.Services.AddSingleton(new TrainingOptions { Slots = slots });
            }

            Configure?.Invoke(silo);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    /// <summary>Stops the silo and starts a new one on the same folder; <paramref name="between"/> happens while none runs.</summary>
    public async Task RestartAsync(Action? between = null)
    {
        await StopAsync();
        between?.Invoke();
        await InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task StopAsync()
    {
        if (_cluster is { } cluster)
        {
            await cluster.StopAllSilosAsync();
            await cluster.DisposeAsync();
            _cluster = null;
        }
    }
}
