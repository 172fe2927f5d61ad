using Orleans.MLOps.Datasets;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>One generation of a job as its runner gets it.</summary>
/// <param name="JobId">The job, which is also the id of its run.</param>
/// <param name="Generation">Fences this generation from others.</param>
/// <param name="Since">When the job was asked for.</param>
/// <param name="Spec">The spec.</param>
/// <param name="Checkpoint">Where to go on; null starts at step 0.</param>
/// <param name="Weights">The trained weights when only the rest is left to do.</param>
internal sealed record JobOrder(string JobId, int Generation, DateTimeOffset Since, TrainingJobSpec Spec, BlobRef? Checkpoint, BlobRef? Weights)
{
    /// <summary>Threads that the generation needs: the rest after the training is the work of one.</summary>
    public int Threads => Weights is null ? Spec.Shards : 1;
}
