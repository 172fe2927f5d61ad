using System.Collections.Concurrent;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Histories.Faults;

/// <summary>Brings the faults of a plan about, one after the other, and mends each.</summary>
internal sealed class Nemesis(FaultyCluster cluster, int seed, Action<string> say)
{
    private static readonly FaultKind[] Everywhere =
    [
        FaultKind.KillSilo, FaultKind.StopSilo, FaultKind.PauseSilo, FaultKind.PauseSiloLong,
        FaultKind.CrashDatabase, FaultKind.RestartDatabase, FaultKind.PauseDatabase,
    ];

    private static readonly FaultKind[] OfLinks = [FaultKind.CutFromSilos, FaultKind.CutFromDatabase, FaultKind.CutFromAll];

    private readonly ConcurrentDictionary<string, int> _faults = new();

    /// <summary>How often each kind of fault was brought about.</summary>
    public IReadOnlyDictionary<string, int> Faults => _faults;

    /// <summary>The same, and the kinds left out with their reasons.</summary>
    public Dictionary<string, int> Summary => new([.. _faults, .. Left.Select(reason => KeyValuePair.Create(reason, 0))]);

    /// <summary>The kinds that this machine allows.</summary>
    public static FaultKind[] Kinds =>
        [.. Everywhere, .. TestNetwork.Missing is null ? OfLinks : [],
            .. TestNetwork.Slowness is null ? Array.Empty<FaultKind>() : [FaultKind.SlowLinks], .. TestNetwork.LossMissing is null ? [FaultKind.LossyLinks] : Array.Empty<FaultKind>()];

    /// <summary>The kinds that this machine does not allow, with the reasons.</summary>
    public static IEnumerable<string> Left =>
    [
        .. TestNetwork.Missing is { } reason ? OfLinks.Select(kind => $"{kind}: {reason}") : [],
        .. TestNetwork.Slowness is null ? [$"{FaultKind.SlowLinks}: tc knows neither netem nor tbf here"] : Array.Empty<string>(),
        .. TestNetwork.LossMissing is { } loss ? [$"{FaultKind.LossyLinks}: {loss}"] : Array.Empty<string>(),
    ];

    /// <summary>Works until the time is over. Every fault is mended when it returns, though the cluster need not be well yet.</summary>
    public async Task WorkAsync(Func<TimeSpan> elapsed, TimeSpan length, CancellationToken cancellationToken)
    {
        foreach (var fault in Fault.Plan(seed, Kinds, FaultyCluster.Size))
        {
            if (elapsed() + fault.Before + fault.Length > length)
            {
                return;
            }

            await Task.Delay(fault.Before, cancellationToken);
            say($"{elapsed().TotalSeconds,7:f1} s {fault}");
            await BringAboutAsync(fault, cancellationToken);
            _faults.AddOrUpdate($"{fault.Kind}", 1, (_, times) => times + 1);
        }
    }

    private Task BringAboutAsync(Fault fault, CancellationToken cancellationToken)
    {
        var node = cluster.Nodes[fault.Node];
        return fault.Kind switch
        {
            FaultKind.KillSilo => node.EndAsync(ServerProcess.Kill, fault.Length),
            FaultKind.StopSilo => node.EndAsync(ServerProcess.Terminate, fault.Length),
            FaultKind.PauseSilo or FaultKind.PauseSiloLong => node.PauseAsync(fault.Length),
            FaultKind.CrashDatabase => RestartDatabaseAsync("immediate", fault.Length, cancellationToken),
            FaultKind.RestartDatabase => RestartDatabaseAsync("fast", fault.Length, cancellationToken),
            FaultKind.PauseDatabase => PauseDatabaseAsync(fault.Length, cancellationToken),
            FaultKind.CutFromSilos => CutAsync(fault, fromSilos: true, fromDatabase: false, cancellationToken),
            FaultKind.CutFromDatabase => CutAsync(fault, fromSilos: false, fromDatabase: true, cancellationToken),
            FaultKind.CutFromAll => CutAsync(fault, fromSilos: true, fromDatabase: true, cancellationToken),
            FaultKind.SlowLinks => SpoilAsync(fault, cluster.Network!.SlowDownAsync, cluster.Network!.SpeedUpAsync, cancellationToken),
            FaultKind.LossyLinks => SpoilAsync(fault, cluster.Network!.LoseAsync, cluster.Network!.LoseNoMoreAsync, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "The kind of fault is unknown."),
        };
    }

    private async Task RestartDatabaseAsync(string mode, TimeSpan down, CancellationToken cancellationToken)
    {
        await cluster.Postgres.StopAsync(mode, cancellationToken);
        await Task.Delay(down, cancellationToken);
        await cluster.Postgres.StartAgainAsync(cancellationToken);
    }

    private async Task PauseDatabaseAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        using var paused = new PausedDatabase(cluster.Postgres);
        await Task.Delay(length, cancellationToken);
    }

    private async Task CutAsync(Fault fault, bool fromSilos, bool fromDatabase, CancellationToken cancellationToken)
    {
        await cluster.Network!.CutAsync(fault.Node, fromSilos, fromDatabase);
        try
        {
            await Task.Delay(fault.Length, cancellationToken);
        }
        finally
        {
            await cluster.Network.MendAsync(fault.Node);
        }
    }

    private static async Task SpoilAsync(Fault fault, Func<int, Task> spoil, Func<int, Task> restore, CancellationToken cancellationToken)
    {
        await spoil(fault.Node);
        try
        {
            await Task.Delay(fault.Length, cancellationToken);
        }
        finally
        {
            await restore(fault.Node);
        }
    }
}
