using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Lets requests of one endpoint in as its limits allow, in this silo.</summary>
internal sealed class EndpointGate(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private int _inside;
    private double _tokens = double.NaN;
    private long _filledAt;

    /// <summary>Enters; <see cref="Leave"/> must follow.</summary>
    /// <exception cref="ResourceExhaustedException">A limit is reached.</exception>
    public void Enter(string endpoint, EndpointLimits limits)
    {
        if (Interlocked.Increment(ref _inside) > limits.Concurrency && limits.Concurrency > 0)
        {
            Interlocked.Decrement(ref _inside);
            throw new ResourceExhaustedException($"Endpoint '{endpoint}' answers {limits.Concurrency} requests already, as many as it may at the same time; try again later.", "concurrency");
        }

        if (limits.RatePerSecond > 0 && !TryTake(limits.RatePerSecond))
        {
            Interlocked.Decrement(ref _inside);
            throw new ResourceExhaustedException($"Endpoint '{endpoint}' takes {limits.RatePerSecond:0.###} requests a second in this silo; try again later.", "rate_per_second");
        }
    }

    public void Leave() => Interlocked.Decrement(ref _inside);

    private bool TryTake(double rate)
    {
        var most = Math.Max(rate, 1);
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            _tokens = double.IsNaN(_tokens) ? most : Math.Min(most, _tokens + (clock.GetElapsedTime(_filledAt, now).TotalSeconds * rate));
            _filledAt = now;
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }
}
