namespace Orleans.MLOps.Client.Resilience;

/// <summary>What a <see cref="BackgroundSender{T}"/> sends, and how.</summary>
/// <typeparam name="T">What it takes one by one.</typeparam>
internal sealed record BackgroundPlan<T>
{
    /// <summary>What is sent, as warnings name it.</summary>
    public required string What { get; init; }

    /// <summary>Where what is dropped is counted, as warnings name it.</summary>
    public required string Counter { get; init; }

    /// <summary>How much one item counts in every bound and count; at least 1.</summary>
    public Func<T, int> SizeOf { get; init; } = static _ => 1;

    /// <summary>Sends a batch under a name that is its own; an error that is final refuses it, after any other it is sent again.</summary>
    public required Func<string, T[], CancellationToken, Task> Send { get; init; }

    /// <summary>How much may wait.</summary>
    public required int Capacity { get; init; }

    /// <summary>How much goes into one batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How long an item waits for others.</summary>
    public required TimeSpan MaximumDelay { get; init; }

    /// <summary>How long the process's exit may be held up.</summary>
    public required TimeSpan ExitTimeout { get; init; }

    /// <summary>The clock of delays and pauses.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Is told of losses.</summary>
    public required Action<string> Warn { get; init; }
}
