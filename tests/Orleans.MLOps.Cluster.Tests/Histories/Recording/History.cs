namespace Orleans.MLOps.Cluster.Tests.Histories.Recording;

/// <summary>The operations of a run in the order of their completions. Thread-safe.</summary>
internal sealed class History
{
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly List<Operation> _operations = [];
    private readonly Lock _gate = new();
    private long _moment;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _operations.Count;
            }
        }
    }

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <summary>Calls and records. Never throws for what the platform answers.</summary>
    public async Task<Operation> RecordAsync(string workload, int process, Call call, IMlopsClient client, CancellationToken cancellationToken)
    {
        var (invoked, invokedAt) = (Interlocked.Increment(ref _moment), Elapsed);
        var (type, output, error) = await Outcome.OfAsync(() => call.RunAsync(client, cancellationToken));
        lock (_gate)
        {
            var operation = new Operation
            {
                Workload = workload,
                Kind = call.Kind,
                Process = process,
                Type = type,
                Invoked = invoked,
                Completed = Interlocked.Increment(ref _moment),
                InvokedAt = invokedAt,
                CompletedAt = Elapsed,
                Input = call.Input,
                Output = output,
                Error = error,
            };
            _operations.Add(operation);
            return operation;
        }
    }

    public Operation[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _operations];
        }
    }
}
