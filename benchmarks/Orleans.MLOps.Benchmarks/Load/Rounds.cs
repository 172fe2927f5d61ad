namespace Orleans.MLOps.Benchmarks.Load;

/// <summary>Runs all cases, then all again, and keeps the faster result of each: what disturbs a case rarely comes back on time.</summary>
internal static class Rounds
{
    public const int Count = 2;

    public static Task<List<Measurement>> RunAsync(Func<Task<List<Measurement>>> cases) => RunAsync(Count, cases, result => result.PerSecond);

    public static async Task<List<T>> RunAsync<T>(int rounds, Func<Task<List<T>>> cases, Func<T, double> perSecond)
    {
        var best = await cases();
        for (var round = 1; round < rounds; round++)
        {
            best = [.. best.Zip(await cases(), (before, now) => perSecond(now) > perSecond(before) ? now : before)];
        }

        return best;
    }
}
