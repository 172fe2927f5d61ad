using Orleans.MLOps.Client.Resilience;

namespace Orleans.MLOps.Client;

/// <summary>
/// How the SDK behaves over grain calls, in a silo or in an Orleans client. Idempotent calls are repeated while a silo is away,
/// rejects the message, is too busy to pass it on, or does not answer within Orleans' response timeout; when the repeats are used
/// up they throw <see cref="UnavailableException"/>. Metric points and predictions are sent once; only over gRPC does the SDK name and repeat predictions.
/// </summary>
public sealed record GrainClientOptions
{
    private const int MostRetries = 20;

    /// <summary>How often an idempotent call is repeated, 0 to 20. Default: 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The pause before the first repeat; it doubles and carries jitter. Default: 100 milliseconds.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The time after whose end a failed call is not repeated any more. One attempt is bounded by Orleans' response timeout. Default: 2 minutes.</summary>
    public TimeSpan RetryWindow { get; init; } = TimeSpan.FromMinutes(2);

    internal void Check()
    {
        var rules = new OptionRules(nameof(GrainClientOptions));
        rules.Between(nameof(Retries), Retries, 0, MostRetries);
        rules.Positive(nameof(RetryDelay), RetryDelay);
        rules.Positive(nameof(RetryWindow), RetryWindow);
    }
}
