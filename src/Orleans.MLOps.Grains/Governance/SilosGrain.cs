using Orleans.Concurrency;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Governance;

[StatelessWorker, GrainType("mlops-silos")]
internal sealed class SilosGrain(SiloDirectory directory, TrainingSilos training) : Grain, ISilosGrain
{
    public Task<SiloInfo[]> List(CancellationToken cancellationToken) => Task.WhenAll(directory.All().Select(DescribeAsync));

    private async Task<SiloInfo> DescribeAsync((SiloAddress Silo, string Name, SiloState State) listed)
    {
        var address = listed.Silo.ToParsableString();
        var capacity = listed.State == SiloState.Active ? await training.FindCapacityAsync(address) : null;
        return new SiloInfo
        {
            Address = address,
            Name = listed.Name,
            Roles = directory.RolesOf(listed.Silo),
            Accelerator = directory.AcceleratorOf(listed.Silo) == SiloRoles.Cuda ? Accelerator.Cuda : Accelerator.Cpu,
            State = listed.State,
            TrainingSlots = capacity?.Slots,
            FreeTrainingSlots = capacity?.Free,
        };
    }
}
