using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// What versions have done since a step of a canary began, summed over silos. Each silo counts from what it said first in the step, so one that dies
/// takes nothing away and one that comes late brings nothing from before. Kept in memory: after a restart the step counts anew.
/// </summary>
internal sealed class CanaryCounts(int revision)
{
    private readonly Dictionary<(SiloAddress Silo, int Version), InferStatistics> _first = [];
    private readonly Dictionary<(SiloAddress Silo, int Version), InferStatistics> _last = [];

    /// <summary>The endpoint's revision in the step.</summary>
    public int Revision => revision;

    /// <summary>Takes up what silos say now.</summary>
    public void Look(IEnumerable<(SiloAddress Silo, ServedVersion[] Versions)> counts)
    {
        foreach (var (silo, versions) in counts)
        {
            foreach (var version in versions)
            {
                _first.TryAdd((silo, version.Version), version.Statistics);
                _last[(silo, version.Version)] = version.Statistics;
            }
        }
    }

    /// <summary>What versions did since the first look.</summary>
    public InferStatistics Since(params IEnumerable<int> versions)
    {
        var sum = new InferStatistics();
        foreach (var key in _last.Keys.Where(key => versions.Contains(key.Version)))
        {
            var (first, last) = (_first[key], _last[key]);
            sum = new InferStatistics
            {
                Succeeded = sum.Succeeded + last.Succeeded - first.Succeeded,
                SucceededNanoseconds = sum.SucceededNanoseconds + last.SucceededNanoseconds - first.SucceededNanoseconds,
                Failed = sum.Failed + last.Failed - first.Failed,
                Rejected = sum.Rejected + last.Rejected - first.Rejected,
                Limited = sum.Limited + last.Limited - first.Limited,
                Abandoned = sum.Abandoned + last.Abandoned - first.Abandoned,
            };
        }

        return sum;
    }
}
