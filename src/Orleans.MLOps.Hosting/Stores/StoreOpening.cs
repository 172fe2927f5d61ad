using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.GrainStorage;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Hosting.Stores;

/// <summary>Opens the stores in the one right order: the lock before any file, the databases before Orleans reads its queries from them.</summary>
internal sealed class StoreOpening(IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly Lock _gate = new();
    private bool _open;

    public void Open()
    {
        lock (_gate)
        {
            if (_open)
            {
                return;
            }

            services.GetRequiredService<DataFolderLock>();
            services.GetRequiredService<IOrleansDatabase>().Prepare();
            services.GetRequiredService<ITables>();
            services.GetRequiredService<IBlobStore>();
            _open = true;
        }
    }

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(StoreOpening), ServiceLifecycleStage.First, _ =>
        {
            Open();
            return Task.CompletedTask;
        });
}
