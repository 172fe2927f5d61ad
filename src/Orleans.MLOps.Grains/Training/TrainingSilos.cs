using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>The training grains of the cluster's silos, and what keeps a caller from waiting long for one that is silent.</summary>
internal sealed class TrainingSilos(SiloDirectory directory, IGrainFactory grains, PlatformClock clock)
{
    /// <summary>Longest wait for an answer that needs no work; a silo that takes longer counts as away.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    public string Here => directory.Here.ToParsableString();

    public ITrainingSiloGrain On(string silo) => grains.GetGrain<ITrainingSiloGrain>(new SiloKey(silo).ToString());

    /// <summary>The silos that may train a job now, in the order of their addresses.</summary>
    public string[] Fitting(Accelerator accelerator) =>
    [
        .. directory.Active(SiloRoles.Training).Where(silo => IsFit(directory.AcceleratorOf(silo), accelerator)).Select(silo => silo.ToParsableString()),
    ];

    /// <summary>Whether a silo has what a job asks for: one with a CUDA device has processors too.</summary>
    public static bool IsFit(string has, Accelerator asked) => asked switch
    {
        Accelerator.Cpu => true,
        Accelerator.Cuda => has == SiloRoles.Cuda,
        _ => false,
    };

    /// <summary>A silo's offer; null when it does not answer.</summary>
    public Task<ShardOffer?> AskAsync(string silo, ShardClaim claim) => AnswerAsync(On(silo).Offer(claim));

    /// <summary>A silo's capacity; null when it does not answer.</summary>
    public Task<ShardOffer?> FindCapacityAsync(string silo) => AnswerAsync(On(silo).GetState());

    private async Task<ShardOffer?> AnswerAsync(Task<ShardOffer> answer)
    {
        try
        {
            return await answer.WaitAsync(Longest, clock.WallTime);
        }
        catch (Exception error) when (TransientErrors.IsTransient(error))
        {
            return null;
        }
    }

    /// <summary>Tells a part to end; one that cannot be told ends by itself.</summary>
    public Task StopAsync(string silo, string jobId, int generation) => TellAsync(On(silo).Stop(jobId, generation), Longest);

    /// <summary>Ends a part and frees its threads; one that cannot be told ends by itself.</summary>
    public Task EndAsync(string silo, string jobId, int generation) => TellAsync(On(silo).End(jobId, generation), 2 * Longest);

    private async Task TellAsync(Task call, TimeSpan longest)
    {
        try
        {
            await call.WaitAsync(longest, clock.WallTime);
        }
        catch (Exception error) when (TransientErrors.IsTransient(error))
        {
            // It is away: nobody watches the part any more, so it ends by itself, or has ended with its silo.
        }
    }
}
