using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>How far attempts to load the same thing are apart: a second at first, then twice as far each time, up to five minutes.</summary>
internal static class LoadAttempts
{
    private const int MostDoublings = 16;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>The failure after another attempt; the attempts before count when they were at the same version.</summary>
    public static LoadFailure Fail(LoadFailure? before, int version, string reason, DateTimeOffset now)
    {
        var attempts = before?.Version == version ? before.Attempts + 1 : 1;
        var wait = First * Math.Pow(2, Math.Min(attempts - 1, MostDoublings));
        return new LoadFailure { Version = version, Reason = reason, Attempts = attempts, NextAttemptAt = now + (wait < Longest ? wait : Longest) };
    }
}
