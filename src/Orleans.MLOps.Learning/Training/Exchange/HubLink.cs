namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>
/// The link of the host of rank 0: it receives the subtrees of all other hosts, adds them in the order of their ranks, and sends the sum
/// to all. One round trip a step; the hub's traffic grows with the number of hosts, which is fine for networks of up to some megabytes.
/// </summary>
public sealed class HubLink : IHostLink
{
    private readonly ExchangeMeeting _meeting;
    private readonly string _trajectory;
    private readonly int _length;
    private readonly int[][] _subtrees;
    private readonly Frame[] _received;
    private readonly Frame _total;
    private readonly TreeSum _sum;
    private HostConnection[] _guests = [];
    private long _sequence;
    private volatile bool _aborted;

    /// <summary>Makes the link; buffers for all hosts are taken once.</summary>
    /// <param name="meeting">Where the other hosts come; disposed with this object.</param>
    /// <param name="trajectory">What this host computes.</param>
    /// <param name="hosts">The ranks of every host, this one first, in order and without gaps.</param>
    /// <param name="length">Number of values a call.</param>
    public HubLink(ExchangeMeeting meeting, string trajectory, IReadOnlyList<RankRange> hosts, int length)
    {
        ArgumentNullException.ThrowIfNull(meeting);
        ArgumentNullException.ThrowIfNull(hosts);
        _meeting = meeting;
        _trajectory = trajectory;
        _length = length;
        _subtrees = [.. hosts.Select(host => host.Subtrees())];
        _received = [.. _subtrees.Skip(1).Select(sizes => Frame.OfVectors(sizes.Length, length))];
        _total = Frame.OfVectors(1, length);
        _sum = new TreeSum(length, hosts[^1].End);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The hosts have prepared different trainings.</exception>
    public void Open() => _guests = _meeting.Welcome(_trajectory);

    /// <inheritdoc/>
    public void Exchange(Span<float> subtrees, Span<float> total)
    {
        for (var i = 0; i < _guests.Length; i++)
            _guests[i].Receive(_received[i], FrameKind.Subtrees, _sequence);
        Add(subtrees, _subtrees[0]);
        for (var i = 0; i < _guests.Length; i++)
            Add(_received[i].Values, _subtrees[i + 1]);
        _sum.Sum.CopyTo(_total.Values);
        _sum.Sum.CopyTo(total);
        foreach (var guest in _guests)
            guest.Send(_total, FrameKind.Total, _sequence);
        _sequence++;
    }

    /// <inheritdoc/>
    public void Abort()
    {
        _aborted = true;
        _meeting.Close();
    }

    /// <summary>Closes the connections, after an end without abort when the other hosts have closed theirs.</summary>
    public void Dispose()
    {
        if (!_aborted)
        {
            foreach (var guest in _guests)
                guest.Drain();
        }

        _meeting.Dispose();
    }

    private void Add(Span<float> vectors, int[] sizes)
    {
        for (var i = 0; i < sizes.Length; i++)
            _sum.Add(vectors.Slice(i * _length, _length), sizes[i]);
    }
}
