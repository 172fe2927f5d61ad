using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The versions of a policy that are left out, each with its reason and the time of its next attempt.</summary>
internal sealed class LeftOutVersions
{
    private readonly Dictionary<int, LoadFailure> _failures = [];

    /// <summary>Newest first.</summary>
    public LoadFailure[] Failures => [.. _failures.Values.OrderByDescending(failure => failure.Version)];

    /// <summary>Whether a version may be tried now.</summary>
    public bool IsDue(int version, DateTimeOffset now) => !_failures.TryGetValue(version, out var failure) || failure.NextAttemptAt <= now;

    public void Clear() => _failures.Clear();

    /// <summary>What an attempt has come to. Versions that were not tried stay left out.</summary>
    public void Note(IEnumerable<int> served, IEnumerable<(int Version, string Reason)> refused, DateTimeOffset now)
    {
        foreach (var version in served)
        {
            _failures.Remove(version);
        }

        foreach (var (version, reason) in refused)
        {
            _failures[version] = LoadAttempts.Fail(_failures.GetValueOrDefault(version), version, reason, now);
        }
    }
}
