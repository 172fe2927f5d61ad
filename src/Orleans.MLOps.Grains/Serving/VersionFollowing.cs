using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>How often a change that failed is tried again: at once, then at growing distances. What failed stays visible until it succeeds.</summary>
internal sealed class VersionFollowing
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>The change that failed last; null when none is owed.</summary>
    public LoadFailure? Failure { get; private set; }

    /// <summary>Whether a change to a newest version may be tried now.</summary>
    public bool IsDue(int version, DateTimeOffset now) => Failure is not { } failure || failure.Version != version || failure.NextAttemptAt <= now;

    public void Succeed() => Failure = null;

    public void Fail(int version, string reason, DateTimeOffset now)
    {
        var attempts = Failure?.Version == version ? Failure.Attempts + 1 : 1;
        var wait = First * Math.Pow(2, Math.Min(attempts - 1, 16));
        Failure = new LoadFailure { Version = version, Reason = reason, Attempts = attempts, NextAttemptAt = now + (wait < Longest ? wait : Longest) };
    }
}
