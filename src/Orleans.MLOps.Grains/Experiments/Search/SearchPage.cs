namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>One page of what a search found, and the token of the next.</summary>
internal sealed record SearchPage<T>(IReadOnlyList<T> Rows, string? NextPageToken)
{
    /// <summary>Makes a page of rows of which one more was asked for than the page may hold.</summary>
    public static SearchPage<T> Of<TSearch>(IReadOnlyList<(T Row, SearchPlace[] Place)> rows, int limit, TSearch search) => new(
        [.. rows.Take(limit).Select(row => row.Row)],
        rows.Count > limit ? PageTokens.Write(search, rows[limit - 1].Place) : null);

    public static void CheckLimit(int limit, int most)
    {
        if (limit < 1 || limit > most)
        {
            throw new InvalidInputException($"limit {limit} is not allowed: 1 to {most} are.", "limit");
        }
    }
}
