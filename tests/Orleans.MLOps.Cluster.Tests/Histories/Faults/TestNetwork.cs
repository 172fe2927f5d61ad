using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Grpc.Net.Client;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Histories.Faults;

/// <summary>
/// Hosts in network namespaces. One bridge joins the hosts to each other, another joins them to this machine, where the database
/// listens; taking a link off its bridge cuts it as silently as a pulled cable.
/// </summary>
internal sealed partial class TestNetwork : IAsyncDisposable
{
    private const string Prefix = "mlh";
    private const int NetworkNamespace = 0x40000000;

    private static readonly string[] Devices = ["silos", "database"];

    private readonly string _id;
    private readonly int _hosts;
    private readonly int _subnet;

    private TestNetwork(int hosts)
    {
        // A name lives as long as this process, which is how left-overs of crashed runs are told from those of living ones.
        _id = $"{Prefix}{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
        _hosts = hosts;
        _subnet = (Environment.ProcessId % 100) + 100;
    }

    /// <summary>Why hosts cannot be made here; null when they can.</summary>
    public static string? Missing { get; } = !OperatingSystem.IsLinux() ? "needs Linux" : FindMissing("network namespaces", $"{Prefix}try{Environment.ProcessId}", null);

    /// <summary>How links are made slow here: 100 ms a packet, or by a small bandwidth where the kernel knows no netem; null when neither can be had.</summary>
    public static string? Slowness { get; } = Missing is null ? Array.Find(["netem delay 100ms", "tbf rate 4mbit burst 16kb latency 1s"], CanQueue) : null;

    /// <summary>Why packets cannot be lost here; null when they can.</summary>
    public static string? LossMissing { get; } = Missing ?? FindMissing("packet filters of nft", $"{Prefix}nft{Environment.ProcessId}", "nft add table inet loss");

    /// <summary>Where the database listens, with the length of its network.</summary>
    public string DatabaseAddress => $"{DatabaseHost}/24";

    public string DatabaseHost => $"10.{_subnet}.1.254";

    public static async Task<TestNetwork> CreateAsync(int hosts, CancellationToken cancellationToken)
    {
        await RemoveLeftOversAsync(cancellationToken);
        var network = new TestNetwork(hosts);
        try
        {
            await network.CreateAsync(cancellationToken);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public string SiloAddress(int host) => $"10.{_subnet}.0.{host + 1}";

    /// <summary>Runs a program on a host.</summary>
    public string[] Launcher(int host) => ["ip", "netns", "exec", Host(host)];

    public async Task CutAsync(int host, bool fromSilos, bool fromDatabase)
    {
        foreach (var link in Links(host, fromSilos, fromDatabase))
        {
            await RunAsync($"ip link set {link} nomaster", CancellationToken.None);
        }
    }

    public async Task MendAsync(int host)
    {
        await RunAsync($"ip link set {SiloLink(host)} master {SiloBridge}", CancellationToken.None);
        await RunAsync($"ip link set {DatabaseLink(host)} master {DatabaseBridge}", CancellationToken.None);
    }

    /// <summary>Slows down what a host sends on both of its links, as <see cref="Slowness"/> says.</summary>
    public async Task SlowDownAsync(int host)
    {
        foreach (var device in Devices)
        {
            await RunAsync($"ip netns exec {Host(host)} tc qdisc replace dev {device} root {Slowness}", CancellationToken.None);
        }
    }

    public async Task SpeedUpAsync(int host)
    {
        foreach (var device in Devices)
        {
            await RunAsync($"ip netns exec {Host(host)} tc qdisc del dev {device} root", CancellationToken.None);
        }
    }

    /// <summary>Loses every twentieth packet that reaches a host on both of its links.</summary>
    public async Task LoseAsync(int host)
    {
        await RunAsync($"ip netns exec {Host(host)} nft add table inet loss", CancellationToken.None);
        await RunAsync($"ip netns exec {Host(host)} nft add chain inet loss input {{ type filter hook input priority 0 ; }}", CancellationToken.None);
        foreach (var device in Devices)
        {
            await RunAsync($"ip netns exec {Host(host)} nft add rule inet loss input iifname {device} numgen random mod 100 < 5 drop", CancellationToken.None);
        }
    }

    public Task LoseNoMoreAsync(int host) => RunAsync($"ip netns exec {Host(host)} nft delete table inet loss", CancellationToken.None);

    /// <summary>Lets a channel connect to loopback on the gateway's own host, which no cut concerns.</summary>
    public void ConnectInside(GrpcChannelOptions channel, Func<int, int> hostOfPort)
    {
        if (channel.HttpHandler is SocketsHttpHandler handler)
        {
            handler.ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = await SocketOnAsync(Host(hostOfPort(context.DnsEndPoint.Port)));
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in Removal(_id, _hosts))
        {
            await TryAsync(command, CancellationToken.None);
        }
    }

    private string SiloBridge => $"{_id}s";

    private string DatabaseBridge => $"{_id}d";

    private string Host(int host) => $"{_id}-{host}";

    private string SiloLink(int host) => $"{_id}s{host}";

    private string DatabaseLink(int host) => $"{_id}d{host}";

    private IEnumerable<string> Links(int host, bool silos, bool database)
    {
        if (silos)
        {
            yield return SiloLink(host);
        }

        if (database)
        {
            yield return DatabaseLink(host);
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        string[] commands =
        [
            $"ip link add {SiloBridge} type bridge", $"ip link set {SiloBridge} up",
            $"ip link add {DatabaseBridge} type bridge", $"ip addr add {DatabaseAddress} dev {DatabaseBridge}", $"ip link set {DatabaseBridge} up",
            .. Enumerable.Range(0, _hosts).SelectMany(host => (string[])
            [
                $"ip netns add {Host(host)}", $"ip -n {Host(host)} link set lo up",
                $"ip link add {SiloLink(host)} type veth peer name silos netns {Host(host)}",
                $"ip -n {Host(host)} addr add {SiloAddress(host)}/24 dev silos", $"ip -n {Host(host)} link set silos up",
                $"ip link set {SiloLink(host)} master {SiloBridge} up",
                $"ip link add {DatabaseLink(host)} type veth peer name database netns {Host(host)}",
                $"ip -n {Host(host)} addr add 10.{_subnet}.1.{host + 1}/24 dev database", $"ip -n {Host(host)} link set database up",
                $"ip link set {DatabaseLink(host)} master {DatabaseBridge} up",
            ]),
        ];
        foreach (var command in commands)
        {
            await RunAsync(command, cancellationToken);
        }
    }

    /// <summary>What a run that was killed has left: server processes, hosts and bridges.</summary>
    private static async Task RemoveLeftOversAsync(CancellationToken cancellationToken)
    {
        string?[] named = Directory.Exists("/run/netns") ? [.. Directory.GetFileSystemEntries("/run/netns").Select(Path.GetFileName)] : [];
        var ids = named.Where(name => name!.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name!.Split('-')[0]).Distinct();
        foreach (var id in ids.Where(id => int.TryParse(id.AsSpan(Prefix.Length), CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}")))
        {
            foreach (var host in named.Where(name => name!.StartsWith($"{id}-", StringComparison.Ordinal)))
            {
                foreach (var process in await ReadAsync($"ip netns pids {host}", cancellationToken))
                {
                    ServerProcess.TrySignal(int.Parse(process, CultureInfo.InvariantCulture), ServerProcess.Kill);
                }
            }

            foreach (var command in Removal(id, hosts: 10))
            {
                await TryAsync(command, cancellationToken);
            }
        }
    }

    /// <summary>With its namespace the links of a host go too.</summary>
    private static IEnumerable<string> Removal(string id, int hosts) =>
        [.. Enumerable.Range(0, hosts).Select(host => $"ip netns del {id}-{host}"), $"ip link del {id}s", $"ip link del {id}d"];

    private static bool CanQueue(string how) => FindMissing("", $"{Prefix}tc{Environment.ProcessId}", $"tc qdisc add dev lo root {how}") is null;

    private static string? FindMissing(string what, string name, string? command)
    {
        try
        {
            var can = TryAsync($"ip netns add {name}", CancellationToken.None).GetAwaiter().GetResult();
            can = can && (command is null || TryAsync($"ip netns exec {name} {command}", CancellationToken.None).GetAwaiter().GetResult());
            TryAsync($"ip netns del {name}", CancellationToken.None).GetAwaiter().GetResult();
            return can ? null : $"{what} cannot be made here";
        }
        catch (Win32Exception)
        {
            return $"{what} cannot be made here: a command is missing";
        }
    }

    /// <summary>A socket belongs to the namespace of the thread that made it; the thread ends with it.</summary>
    private static Task<Socket> SocketOnAsync(string host)
    {
        var made = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{host}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                if (SetNamespace((int)handle.DangerousGetHandle(), NetworkNamespace) != 0)
                {
                    throw new Win32Exception();
                }

                made.SetResult(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
            }
            catch (Exception error)
            {
                made.SetException(error);
            }
        }).Start();
        return made.Task;
    }

    private static async Task<string[]> ReadAsync(string command, CancellationToken cancellationToken)
    {
        var words = command.Split(' ');
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true })!;
        var written = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return written.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task RunAsync(string command, CancellationToken cancellationToken)
    {
        if (!await TryAsync(command, cancellationToken))
        {
            throw new InvalidOperationException($"'{command}' failed.");
        }
    }

    private static async Task<bool> TryAsync(string command, CancellationToken cancellationToken)
    {
        var words = command.Split(' ');
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int kind);
}
