namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>The experiments that a search is bound to; all of them when none are named.</summary>
internal static class ExperimentList
{
    /// <summary>As many as one page of experiments names, which is how clients collect them all.</summary>
    public const int Most = 50_000;

    public static void Check(long[] experimentIds)
    {
        if (experimentIds.Length > Most)
        {
            throw new InvalidInputException($"{experimentIds.Length} experiments were given: at most {Most} are allowed.", "experiment_ids");
        }
    }

    /// <summary>The condition that a column names one of them; nothing when it may name any.</summary>
    public static IEnumerable<string> Of(SqlText sql, string column, long[] experimentIds) =>
        experimentIds.Length == 0 ? [] : [$"{column} IN ({sql.BindAll(experimentIds)})"];
}
