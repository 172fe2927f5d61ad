using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Deals the shards of a job to silos.</summary>
internal static class ShardDealing
{
    /// <summary>
    /// Each shard goes to the silo that then has most free threads; among equals to the job's own, then by address. Each silo gets
    /// consecutive ranks, the job's own silo the first ones when it has any.
    /// </summary>
    /// <param name="shards">Number of shards.</param>
    /// <param name="free">Free threads of each silo.</param>
    /// <param name="home">The silo of the job's grain.</param>
    /// <returns>The silos that train, in the order of their ranks; null when all together have too few free threads.</returns>
    public static ShardPlacement[]? Deal(int shards, IReadOnlyDictionary<string, int> free, string home)
    {
        if (free.Values.Sum(threads => Math.Max(0, threads)) < shards)
        {
            return null;
        }

        string[] silos = [.. free.Keys.OrderBy(silo => silo != home).ThenBy(silo => silo, StringComparer.Ordinal)];
        var dealt = silos.ToDictionary(silo => silo, _ => 0);
        for (var shard = 0; shard < shards; shard++)
        {
            // MaxBy keeps the first of equals.
            dealt[silos.MaxBy(silo => free[silo] - dealt[silo])!]++;
        }

        var first = 0;
        return
        [
            .. silos.Where(silo => dealt[silo] > 0).Select(silo =>
            {
                var placement = new ShardPlacement { Silo = silo, FirstRank = first, Shards = dealt[silo] };
                first += placement.Shards;
                return placement;
            }),
        ];
    }
}
