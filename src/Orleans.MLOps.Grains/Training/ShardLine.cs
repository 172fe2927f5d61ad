namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// The jobs that wait for threads of a silo. A younger job may not take what an older one waits for, so a large job is not overtaken by
/// small ones for ever, and two jobs that each hold a part of what they need do not get in each other's way again and again.
/// </summary>
internal sealed class ShardLine
{
    /// <summary>A job that does not ask again within this time has been served elsewhere or ended.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (DateTimeOffset Since, DateTimeOffset Asked)> _waiting = [];

    public void Wait(string jobId, DateTimeOffset since, DateTimeOffset now)
    {
        foreach (var gone in _waiting.Where(other => now - other.Value.Asked > Remembered).Select(other => other.Key).ToArray())
        {
            _waiting.Remove(gone);
        }

        _waiting[jobId] = (since, now);
    }

    public void Leave(string jobId) => _waiting.Remove(jobId);

    /// <summary>Whether an older job waits; jobs of one moment are ordered by their ids.</summary>
    public bool IsBehind(string jobId, DateTimeOffset since, DateTimeOffset now) => _waiting.Any(other =>
        now - other.Value.Asked <= Remembered
        && (other.Value.Since < since || (other.Value.Since == since && string.CompareOrdinal(other.Key, jobId) < 0)));
}
