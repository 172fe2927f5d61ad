using System.Security.Cryptography;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// Takes the threads of a generation on all its silos, or none: what was taken of an attempt that does not succeed is given back before
/// the next, so jobs cannot wait for each other in a circle.
/// </summary>
internal sealed class ShardReserving(TrainingSilos silos, PlatformClock clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Waits until the threads can be had; <paramref name="explain"/> hears what it waits for whenever that changes.</summary>
    public async Task<ShardReservation> RunAsync(JobOrder order, Func<string, Task> explain, CancellationToken cancellationToken)
    {
        var claim = new ShardClaim { JobId = order.JobId, Generation = order.Generation, Since = order.Since };
        var told = "";
        while (true)
        {
            var (reservation, reason, couldFit) = await TryAsync(order, claim);
            if (reservation is not null)
            {
                return reservation;
            }

            if (reason != told)
            {
                await explain(told = reason);
            }

            // A job that the cluster cannot hold at all must not keep the others waiting.
            claim = claim with { Waits = couldFit };
            await Task.Delay(Pause * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 1000.0)), clock.WallTime, cancellationToken);
        }
    }

    private async Task<(ShardReservation? Reservation, string Reason, bool CouldFit)> TryAsync(JobOrder order, ShardClaim claim)
    {
        var asked = silos.Fitting(order.Spec.Accelerator);
        if (asked.Length == 0)
        {
            return (null, TrainingWaits.NoSiloWith(order.Spec.Accelerator), false);
        }

        var answers = await Task.WhenAll(asked.Select(silo => silos.AskAsync(silo, claim)));
        var offers = asked.Zip(answers).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!);
        var slots = offers.Values.Sum(offer => offer.Slots);
        if (slots < order.Threads)
        {
            return (null, TrainingWaits.TooFewSlots(order.Threads, slots, offers.Count), false);
        }

        var free = offers.ToDictionary(offer => offer.Key, offer => offer.Value.Free);
        var placement = ShardDealing.Deal(order.Threads, free, silos.Here);
        var reservation = placement is null ? null : await TakeAsync(new ShardReservation(placement, null), claim);
        return (reservation, TrainingWaits.Busy(order.Threads, slots), true);
    }

    private async Task<ShardReservation?> TakeAsync(ShardReservation wanted, ShardClaim claim)
    {
        var placement = wanted.Placement;
        string? exchange = null;
        for (var part = 0; part < placement.Length; part++)
        {
            var leads = part == 0 && placement.Length > 1;
            var offer = await silos.AskAsync(placement[part].Silo, claim with { Threads = placement[part].Shards, Leads = leads });
            if (offer is not { Granted: true })
            {
                // The last one too: its answer may only have been lost.
                await Task.WhenAll(placement[..(part + 1)].Select(taken => silos.EndAsync(taken.Silo, claim.JobId, claim.Generation)));
                return null;
            }

            exchange = leads ? offer.Exchange : exchange;
        }

        return wanted with { Exchange = exchange };
    }
}
