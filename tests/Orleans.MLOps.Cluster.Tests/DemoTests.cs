using System.Text.RegularExpressions;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests;

/// <summary>The demo on three silos, of which one is killed by hand. The table of a longer run is in docs/cluster.md.</summary>
[Collection(TestCluster.OneAtATime)]
public sealed partial class DemoTests
{
    private const string Until = "2001-02-04";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DemoOnACluster_SiloKilled_PrintsTheTableOfOneNodeAndLeavesNothingBehind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        using var folder = new TemporaryFolder();
        await using var single = ServerProcess.Run(folder.Path, ["demo", "--until", Until, "--data", "one", "--http", "0", "--grpc", "0"]);
        Assert.Equal(0, await single.WaitForExitAsync(Longest));

        await using var cluster = ServerProcess.Run(folder.Path, ["demo", "--cluster", "--until", Until, "--data", "three"]);
        await Patience.UntilAsync("the replay to begin", () => Task.FromResult(cluster.Output), output => output.Any(line => line.Contains("Replay from", StringComparison.Ordinal)), Cancel);
        var gateway = Silo().Match(cluster.Output.First(Silo().IsMatch)).Groups[1].Value;
        using (var silo = System.Diagnostics.Process.GetProcessById(int.Parse(gateway)))
        {
            silo.Kill();
        }

        Assert.Equal(0, await cluster.WaitForExitAsync(Longest));
        Assert.Contains(cluster.Output, line => line.Contains($"(pid {gateway}) has died; it is started again", StringComparison.Ordinal));
        Assert.NotEmpty(Table(single));
        Assert.Equal(Table(single), Table(cluster));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.At("three")));
    }

    [Fact]
    public async Task DemoOnACluster_Interrupted_StopsEverySiloAndTheDatabase()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        using var folder = new TemporaryFolder();
        await using var demo = ServerProcess.Run(folder.Path, ["demo", "--cluster", "--data", "three"]);
        await Patience.UntilAsync("three silos", () => Task.FromResult(demo.Output), output => output.Count(Silo().IsMatch) == 3, Cancel);
        int[] processes = [.. demo.Output.Select(line => Any().Match(line)).Where(match => match.Success).Select(match => int.Parse(match.Groups[1].Value))];
        Assert.Equal(4, processes.Length);

        demo.Signal(ServerProcess.Interrupt);

        Assert.Equal(0, await demo.WaitForExitAsync());
        Assert.All(processes, id => Assert.Throws<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(id)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.At("three")));
    }

    /// <summary>The lines of the table, and those under it that hold no wall times.</summary>
    private static string[] Table(ServerProcess process) =>
    [
        .. process.Output.Where(line => line.StartsWith('|') || line.StartsWith("alerts ", StringComparison.Ordinal) || line.StartsWith("retrainings ", StringComparison.Ordinal)),
        .. process.Output.Where(line => line.StartsWith("predictions ", StringComparison.Ordinal)).Select(line => line.Split(';')[0]),
    ];

    [GeneratedRegex(@"silo \d  pid (\d+)")]
    private static partial Regex Silo();

    [GeneratedRegex(@"(?:silo \d  pid|PostgreSQL pid) (\d+)")]
    private static partial Regex Any();
}
