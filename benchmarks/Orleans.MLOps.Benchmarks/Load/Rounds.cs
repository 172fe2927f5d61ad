namespace Orleans.MLOps.Benchmarks.Load;

/// <summary>Runs all cases, then all again, and keeps the faster result of each: what disturbs a case rarely comes back on time.</summary>
internal static class Rounds
{
    public const int Count = 2;

    public static async Task<List<Measurement>> RunAsync(Func<Task<List<Measurement>>> cases)
    {
        var best = await cases();
        for (var round = 1; round < Count; round++)
        {
            best = [.. best.Zip(await cases(), (before, now) => now.PerSecond > before.PerSecond ? now : before)];
        }

        return best;
    }
}
