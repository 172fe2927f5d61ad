using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>How often a change that failed is tried again: at once, then at growing distances. What failed stays visible until it succeeds.</summary>
internal sealed class VersionFollowing
{
    /// <summary>The change that failed last; null when none is owed.</summary>
    public LoadFailure? Failure { get; private set; }

    /// <summary>Whether a change to a newest version may be tried now.</summary>
    public bool IsDue(int version, DateTimeOffset now) => Failure is not { } failure || failure.Version != version || failure.NextAttemptAt <= now;

    public void Succeed() => Failure = null;

    public void Fail(int version, string reason, DateTimeOffset now) => Failure = LoadAttempts.Fail(Failure, version, reason, now);
}
