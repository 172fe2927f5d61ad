namespace Orleans.MLOps.Experiments;

/// <summary>How a <see cref="MetricLogger"/> batches.</summary>
public sealed record MetricLoggerOptions
{
    /// <summary>Points that may wait, 1 to 10,000,000; one more is dropped and counted, or waited for (<see cref="MetricLogger.LogAsync"/>). Default: 100,000 (about 10 MB).</summary>
    public int Capacity { get; init; } = 100_000;

    /// <summary>Points in one call, 1 to 1000. Default: 1000, the most that a call takes.</summary>
    public int BatchSize { get; init; } = 1000;

    /// <summary>How long a point waits for others before it is sent, zero to one minute. Default: 200 ms.</summary>
    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the process's exit may be held up for points that still wait, zero to one minute. Default: 5 s.</summary>
    public TimeSpan ExitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Is told once when points begin to be dropped and with every batch that is given up; runs on the sender's thread. Default: writes a line to standard error.</summary>
    public Action<string> Warn { get; init; } = Console.Error.WriteLine;

    internal void Check()
    {
        Require(Capacity is >= 1 and <= 10_000_000, nameof(Capacity), $"{Capacity}", "1 to 10000000");
        Require(BatchSize is >= 1 and <= 1000, nameof(BatchSize), $"{BatchSize}", "1 to 1000");
        Require(MaximumDelay >= TimeSpan.Zero && MaximumDelay <= TimeSpan.FromMinutes(1), nameof(MaximumDelay), $"{MaximumDelay}", "zero to one minute");
        Require(ExitTimeout >= TimeSpan.Zero && ExitTimeout <= TimeSpan.FromMinutes(1), nameof(ExitTimeout), $"{ExitTimeout}", "zero to one minute");
    }

    private static void Require(bool holds, string option, string given, string allowed)
    {
        if (!holds)
        {
            throw new InvalidInputException($"{nameof(MetricLoggerOptions)}.{option} is {given}: {allowed} is allowed.", option);
        }
    }
}
