using System.Text;
using Orleans.MLOps.Cluster.Tests.Histories.Recording;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>Lets the clients of some workloads work until they are told to stop, then reads and checks.</summary>
internal sealed class WorkloadRun(int seed, IReadOnlyList<IWorkload> workloads)
{
    private static readonly TimeSpan LongestThought = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseAfterInfo = TimeSpan.FromMilliseconds(250);

    public History History { get; } = new();

    /// <summary>All workloads of the project.</summary>
    public static IReadOnlyList<IWorkload> AllWorkloads() =>
    [
        .. typeof(IWorkload).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IWorkload)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (IWorkload)Activator.CreateInstance(type)!),
    ];

    public async Task PrepareAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        var preparation = new Preparation(client, cancellationToken);
        foreach (var workload in workloads)
        {
            await workload.PrepareAsync(preparation, cancellationToken);
        }
    }

    /// <summary>Runs all clients until <paramref name="stop"/>; operations under way then are awaited.</summary>
    /// <param name="connect">Makes the connection of the n-th client, which repeats calls or does not.</param>
    /// <param name="stop">Asked before every operation.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WorkAsync(Func<int, bool, IMlopsClient> connect, Func<bool> stop, CancellationToken cancellationToken)
    {
        var clients = workloads.SelectMany(workload => Enumerable.Range(0, workload.Clients).Select(client => (workload, client))).ToArray();
        await Task.WhenAll(clients.Select((entry, number) => Task.Run(
            () => WorkAsync(entry.workload, entry.client, connect(number, entry.workload.RepeatsCalls), number, clients.Length, stop, cancellationToken), cancellationToken)));
    }

    /// <summary>What was promised and is not so.</summary>
    public async Task<IReadOnlyList<Violation>> CheckAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        foreach (var workload in workloads)
        {
            await workload.ReadAsync(client, cancellationToken);
        }

        var history = History.Snapshot().ToLookup(operation => operation.Workload);
        return
        [
            .. workloads.SelectMany(workload => workload.Check([.. history[workload.Name]])),
            .. workloads.Where(workload => history[workload.Name].All(operation => operation.Type != OperationType.Ok))
                .Select(workload => new Violation(ViolationKind.Wrong, workload.Name, "no operation was acknowledged, so nothing was tested")),
            .. history.SelectMany(group => group).Where(operation => operation.Error is DataLossException)
                .Select(operation => new Violation(ViolationKind.Lost, operation.Workload, $"{operation}")),
        ];
    }

    private async Task WorkAsync(
        IWorkload workload, int client, IMlopsClient connection, int process, int processes, Func<bool> stop, CancellationToken cancellationToken)
    {
        var random = new Random(seed ^ Encoding.UTF8.GetBytes($"{workload.Name}/{client}").Aggregate(17, (hash, next) => unchecked((hash * 31) + next)));
        while (!stop())
        {
            var call = workload.Next(random, client);
            var thought = LongestThought * random.NextDouble();
            var operation = await History.RecordAsync(workload.Name, process, call, connection, cancellationToken);
            workload.Completed(operation, client);
            if (operation.Type == OperationType.Info)
            {
                process += processes;
                thought += PauseAfterInfo;
            }

            await Task.Delay(thought, cancellationToken);
        }
    }
}
