using System.Net;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Learning.Training.Exchange;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Brings the parts of a generation together: in memory when there is one, over the exchange port of the first otherwise.</summary>
internal sealed class ExchangeOpening(ExchangePort port)
{
    /// <summary>Expects the other parts from now on, so that one that has loaded its data sooner finds the door open; null when this part expects none.</summary>
    public ExchangeMeeting? Expect(PartOrder order) => order.Part == 0 && order.Placement.Length > 1
        ? port.Listener.Expect(Guid.ParseExact(order.JobId, "N"), order.Generation, order.Secret, order.Placement.Length)
        : null;

    /// <summary>Blocks until all parts have come. Call it on a training thread.</summary>
    /// <exception cref="ExchangeBrokenException">A part has gone or does not come.</exception>
    public static IGradientExchange Open(PartOrder order, PreparedTraining prepared, ExchangeMeeting? meeting, CancellationToken cancellation)
    {
        var length = ShardWorker.ExchangeLength(prepared.Network);
        if (order.Placement.Length == 1)
        {
            return new SharedMemoryExchange(prepared.Plan.Shards, length);
        }

        var trajectory = prepared.Plan.Trajectory(prepared.Set.Rows);
        RankRange[] ranges = [.. order.Placement.Select(part => new RankRange(part.FirstRank, part.Shards))];
        IHostLink link = meeting is not null
            ? new HubLink(meeting, trajectory, ranges, length)
            : new SpokeLink(
                IPEndPoint.Parse(order.Exchange!),
                new ExchangePass(Guid.ParseExact(order.JobId, "N"), order.Generation, order.Secret, trajectory),
                order.Part, ranges[order.Part], length);
        try
        {
            using var stop = cancellation.Register(link.Abort);
            link.Open();
            return new HostExchange(prepared.Plan.Shards, ranges[order.Part], length, link);
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }
}
