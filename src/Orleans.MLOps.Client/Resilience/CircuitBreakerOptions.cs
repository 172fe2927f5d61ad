namespace Orleans.MLOps.Client.Resilience;

/// <summary>
/// When the SDK stops asking a platform that is away. Only <see cref="UnavailableException"/> counts; a refusal such as
/// <see cref="InvalidInputException"/> is an answer. While the circuit is open, calls that may be repeated
/// wait, and others fail at once with an <see cref="UnavailableException"/> that says for how long; then one call is let through, and its outcome closes or opens it.
/// </summary>
public sealed record CircuitBreakerOptions
{
    private const int FewestCalls = 2;
    private const int MostCalls = 1_000_000;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    /// <summary>The share of attempts within <see cref="Window"/> that must fail, more than 0 to 1. Default: 0.5.</summary>
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>How many attempts <see cref="Window"/> must hold before the share says anything, 2 to 1,000,000. Default: 10.</summary>
    public int MinimumCalls { get; init; } = 10;

    /// <summary>How far back attempts count, half a second to a day. Default: 30 seconds.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the circuit stays open, half a second to a day. Default: 5 seconds.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(5);

    internal void Check()
    {
        var rules = new OptionRules(nameof(CircuitBreakerOptions));
        if (!(FailureRatio is > 0 and <= 1))
        {
            throw rules.Wrong(nameof(FailureRatio), FailureRatio, "more than 0 and at most 1 are allowed");
        }

        rules.Between(nameof(MinimumCalls), MinimumCalls, FewestCalls, MostCalls);
        rules.Between(nameof(Window), Window, Shortest, OptionRules.Longest);
        rules.Between(nameof(Pause), Pause, Shortest, OptionRules.Longest);
    }
}
