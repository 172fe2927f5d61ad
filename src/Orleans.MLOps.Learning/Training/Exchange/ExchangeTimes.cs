namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>How soon a host that says nothing is given up.</summary>
public sealed record ExchangeTimes
{
    /// <summary>Time between two signs of life on a connection. Default: 1 second.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Longest silence of another host, however long its steps take; then the exchange breaks. Default: 10 seconds, so that a process
    /// that a busy machine starves for a moment is not given up. A host must also have shown its pass within it.
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(10);
}
