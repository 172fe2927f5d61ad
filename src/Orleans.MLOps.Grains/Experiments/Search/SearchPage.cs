using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>One page of what a search found, and where to go on.</summary>
internal sealed class SearchPage<T>
{
    private readonly Func<int, string> _token;
    private readonly bool _hasMore;

    private SearchPage(IReadOnlyList<T> rows, bool hasMore, Func<int, string> token) => (Rows, _hasMore, _token) = (rows, hasMore, token);

    public IReadOnlyList<T> Rows { get; }

    /// <summary>The token of the next page; null at the end of the search.</summary>
    public string? NextPageToken => TokenAfter(Rows.Count);

    /// <summary>The token of the next page when this one ends after some of its rows because what belongs to them is long.</summary>
    public string? TokenAfter(int rows) => rows < Rows.Count || _hasMore ? _token(rows - 1) : null;

    /// <summary>Reads a page. It ends before its limit when its rows are long.</summary>
    public static async Task<SearchPage<T>> ReadAsync(ITables tables, PageStatement<T> statement, CancellationToken cancellationToken)
    {
        var meter = new PageMeter();
        var rows = new List<T>();
        var places = new List<SearchPlace[]>();
        var ended = false;
        await tables.QueryAsync(
            statement.Sql,
            row =>
            {
                if (!ended && rows.Count < statement.Limit && statement.Read(row) is var one && meter.TryAdd(statement.Bytes(one)))
                {
                    rows.Add(one);
                    places.Add(statement.Order.Read(row, row.FieldCount - (2 * statement.Order.Columns.Length)));
                }
                else
                {
                    ended = true;
                }

                return ended;
            },
            cancellationToken,
            statement.Parameters);
        return new(rows, ended, last => statement.Token(places[last]));
    }

    public static void CheckLimit(int limit, int most)
    {
        if (limit < 1 || limit > most)
        {
            throw new InvalidInputException($"limit {limit} is not allowed: 1 to {most} are.", "limit");
        }
    }
}
