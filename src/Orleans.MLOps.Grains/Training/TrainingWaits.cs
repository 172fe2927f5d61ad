using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>What a queued job says it waits for.</summary>
internal static class TrainingWaits
{
    public const string NoSilo = $"It waits for a silo of role {SiloRoles.Training}; none is in the cluster.";

    public static string NoSiloWith(Accelerator accelerator) => accelerator == Accelerator.Cuda
        ? $"It waits for a silo of role {SiloRoles.Training} with accelerator={SiloRoles.Cuda}; none is in the cluster."
        : NoSilo;

    public static string TooFewSlots(int wanted, int slots, int silos) =>
        $"It waits for {wanted} training threads; the {silos} silos of role {SiloRoles.Training} that answer have {slots}.";

    public static string Busy(int wanted, int slots) => $"It waits for {wanted} of the {slots} training threads, which other jobs hold or came for earlier.";
}
