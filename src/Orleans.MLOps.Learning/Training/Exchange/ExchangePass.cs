namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>What a host must show to take part in an exchange: nothing of another job or of an earlier generation can.</summary>
/// <param name="Job">The job.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Secret">Random bytes of this generation that only its hosts know.</param>
/// <param name="Trajectory">What the host computes, see <see cref="TrainingPlan.Trajectory"/>: hosts that would compute different weights must not meet.</param>
public sealed record ExchangePass(Guid Job, int Generation, ReadOnlyMemory<byte> Secret, string Trajectory)
{
    /// <summary>Bytes of a secret.</summary>
    public const int SecretLength = 32;
}
