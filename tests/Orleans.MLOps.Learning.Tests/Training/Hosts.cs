using System.Net;
using System.Security.Cryptography;
using Orleans.MLOps.Learning.Training.Exchange;

namespace Orleans.MLOps.Learning.Tests.Training;

/// <summary>Several hosts of one training inside this process, over real sockets.</summary>
internal sealed class Hosts : IDisposable
{
    public static readonly ExchangeTimes Impatient = new() { Heartbeat = TimeSpan.FromMilliseconds(50), Silence = TimeSpan.FromMilliseconds(500) };

    private static readonly string Trajectory = new('7', 64);

    private readonly RankRange[] _ranges;
    private readonly int _length;

    public Hosts(int length, params int[] counts)
        : this(new ExchangeTimes(), length, counts)
    {
    }

    public Hosts(ExchangeTimes times, int length, params int[] counts)
    {
        Times = times;
        _length = length;
        var first = 0;
        _ranges = [.. counts.Select(count => new RankRange((first += count) - count, count))];
        Listener = new ExchangeListener(IPAddress.Loopback, times: times);
        Meeting = Listener.Expect(Pass.Job, Pass.Generation, Pass.Secret, counts.Length);
    }

    public ExchangeTimes Times { get; }

    public ExchangePass Pass { get; } = new(Guid.NewGuid(), 3, RandomNumberGenerator.GetBytes(ExchangePass.SecretLength), Trajectory);

    public ExchangeListener Listener { get; }

    public ExchangeMeeting Meeting { get; }

    public int Shards => _ranges[^1].End;

    public IReadOnlyList<RankRange> Ranges => _ranges;

    public HubLink Hub(string? trajectory = null) => new(Meeting, trajectory ?? Trajectory, _ranges, _length);

    public SpokeLink Spoke(int host, ExchangePass? pass = null) => new(Listener.EndPoint, pass ?? Pass, host, _ranges[host], _length, Times);

    /// <summary>Opens the links of all hosts and puts an exchange on each.</summary>
    public async Task<HostExchange[]> ConnectAsync()
    {
        IHostLink[] links = [Hub(), .. Enumerable.Range(1, _ranges.Length - 1).Select(host => Spoke(host))];
        await Task.WhenAll(links.Select(link => OnThread(link.Open)));
        return [.. links.Select((link, host) => new HostExchange(Shards, _ranges[host], _length, link))];
    }

    /// <summary>Runs one thread for each rank.</summary>
    public Task[] Run(HostExchange[] exchanges, Action<int, HostExchange> work) =>
    [
        .. exchanges.SelectMany((exchange, host) =>
            Enumerable.Range(_ranges[host].First, _ranges[host].Count).Select(rank => OnThread(() => work(rank, exchange)))),
    ];

    public static Task OnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        Meeting.Dispose();
        Listener.Dispose();
    }
}
