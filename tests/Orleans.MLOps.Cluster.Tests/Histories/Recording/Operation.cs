namespace Orleans.MLOps.Cluster.Tests.Histories.Recording;

/// <summary>One operation of one process. Moments count the invocations and completions of the whole run, so that they order what did not overlap.</summary>
internal sealed record Operation
{
    public required string Workload { get; init; }

    public required string Kind { get; init; }

    /// <summary>One at a time does one operation; after an unknown outcome its client goes on as another process.</summary>
    public required int Process { get; init; }

    public required OperationType Type { get; init; }

    public required long Invoked { get; init; }

    public required long Completed { get; init; }

    /// <summary>Since the start of the run.</summary>
    public required TimeSpan InvokedAt { get; init; }

    /// <summary>Since the start of the run.</summary>
    public required TimeSpan CompletedAt { get; init; }

    public required object Input { get; init; }

    /// <summary>What was answered; null unless <see cref="Type"/> is <see cref="OperationType.Ok"/>.</summary>
    public object? Output { get; init; }

    public Exception? Error { get; init; }

    public override string ToString() =>
        $"{Workload} {Kind} by {Process}, {InvokedAt.TotalSeconds:f3} s to {CompletedAt.TotalSeconds:f3} s, {Type}: {Input} -> {Output ?? Error?.Message}";
}
