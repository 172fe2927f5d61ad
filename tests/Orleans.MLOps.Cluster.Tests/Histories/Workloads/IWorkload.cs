using Orleans.MLOps.Cluster.Tests.Histories.Recording;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>
/// One capability under test. A new one is one file: a class that implements this and has a constructor without parameters is found
/// and run by itself.
/// </summary>
internal interface IWorkload
{
    string Name { get; }

    /// <summary>How many clients work at once; each does one operation after the other.</summary>
    int Clients { get; }

    /// <summary>Whether the clients repeat calls as the SDK does by default. Otherwise each call is made once. Default: false.</summary>
    bool RepeatsCalls => false;

    /// <summary>Makes what the operations need, while nothing is disturbed.</summary>
    Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken);

    /// <summary>The next operation of a client. All that is drawn comes from <paramref name="random"/>, so that a seed replays it.</summary>
    Call Next(Random random, int client);

    /// <summary>Takes note of how an operation of a client ended, before its next is asked for.</summary>
    void Completed(Operation operation, int client)
    {
    }

    /// <summary>Reads what is there now. The cluster is well again and no client works any more.</summary>
    Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken);

    /// <summary>Compares what was read with the workload's own operations.</summary>
    IEnumerable<Violation> Check(IReadOnlyList<Operation> history);
}
