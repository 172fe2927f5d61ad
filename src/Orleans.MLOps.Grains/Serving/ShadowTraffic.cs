using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// A version that computes copies of the traffic. Nobody waits for it: requests beyond a small number that wait are dropped and counted, and what
/// goes wrong is counted too.
/// </summary>
internal sealed class ShadowTraffic(ShadowSpec spec, LoadedModel model, EngineThreads thread)
{
    private const int MostWaiting = 64;

    private readonly Lock _gate = new();
    private long _seen;
    private int _waiting;
    private ShadowReport _report = new() { Version = spec.Version };

    public LoadedModel Model => model;

    public ShadowReport Report
    {
        get
        {
            lock (_gate)
            {
                return _report;
            }
        }
    }

    /// <summary>Gives a request to the shadow, if it is one of its share.</summary>
    /// <param name="compare">Computes it and gives the largest difference from the answer, and the largest one in units of the tolerance.</param>
    /// <param name="route">Entered until the shadow has computed.</param>
    public void Offer(Func<double, (double Largest, bool Differs)> compare, Route route)
    {
        if (!IsChosen())
        {
            return;
        }

        if (Interlocked.Increment(ref _waiting) > MostWaiting || !route.TryEnter())
        {
            Interlocked.Decrement(ref _waiting);
            Count(report => report with { Dropped = report.Dropped + 1 });
            return;
        }

        thread.Post(
            _ =>
            {
                try
                {
                    var (largest, differs) = compare(spec.Tolerance);
                    Count(report => report with
                    {
                        Compared = report.Compared + 1,
                        Differing = report.Differing + (differs ? 1 : 0),
                        LargestDifference = Math.Max(report.LargestDifference, largest),
                    });
                }
                catch (Exception)
                {
                    Count(report => report with { Failed = report.Failed + 1 });
                }
                finally
                {
                    Interlocked.Decrement(ref _waiting);
                    route.Leave();
                }
            },
            this);
    }

    /// <summary>Spreads the share evenly: over any stretch of n requests it takes n times the share, give or take one.</summary>
    private bool IsChosen()
    {
        var number = Interlocked.Increment(ref _seen);
        return Math.Floor(number * spec.Share) > Math.Floor((number - 1) * spec.Share);
    }

    private void Count(Func<ShadowReport, ShadowReport> change)
    {
        lock (_gate)
        {
            _report = change(_report);
        }
    }
}
