using System.Data.Common;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>One key of an order as SQL: rows are ordered by their grade, those of grade 0 by their value.</summary>
/// <param name="Order">The key.</param>
/// <param name="Value">The expression that orders rows of grade 0.</param>
internal sealed record SortColumn(FilterOrder Order, string Value)
{
    public const int HasValue = 0;
    public const int IsNan = 1;
    public const int IsMissing = 2;

    /// <summary>The expression of the grade; null if all rows have a value.</summary>
    public string? Grade { get; init; }

    /// <summary>The grade that all rows of a part of the search share, which then nothing orders; null otherwise.</summary>
    public int? SharedGrade { get; init; }

    /// <summary>What joins the table of the value.</summary>
    public string Join { get; init; } = "";

    public string GradeSql => SharedGrade is { } shared ? $"{shared}" : Grade ?? $"{HasValue}";

    private string Direction => Order.Descending ? "DESC" : "ASC";

    private string Sign => Order.Descending ? "<" : ">";

    public string? OrderBy => SharedGrade is not null ? null : Grade is null ? $"{Value} {Direction}" : $"{Grade}, {Value} {Direction}";

    /// <summary>Whether a row comes after a place; <paramref name="rest"/> decides among equals, where null means that there are none.</summary>
    public string After(SqlText sql, SearchPlace place, string? rest)
    {
        if (place.Grade == IsMissing)
        {
            return $"({GradeSql} = {IsMissing} AND {rest})";
        }

        if (place.Grade == IsNan)
        {
            return $"({GradeSql} > {IsNan} OR ({GradeSql} = {IsNan} AND {rest}))";
        }

        var value = rest is null
            ? $"{Value} {Sign} {sql.Bind(place.Value)}"
            : $"{Value} {Sign} {sql.Bind(place.Value)} OR ({Value} = {sql.Bind(place.Value)} AND {rest})";
        return Grade is null ? $"({value})" : $"({Grade} > {HasValue} OR ({Grade} = {HasValue} AND ({value})))";
    }

    /// <summary>What an index can use of <see cref="After"/> when all rows have a value.</summary>
    public string NotBefore(SqlText sql, SearchPlace place) => $"{Value} {Sign}= {sql.Bind(place.Value)}";

    public SearchPlace Read(DbDataReader row, int ordinal)
    {
        var grade = row.GetInt32(ordinal);
        object? value = (grade, Order.Field) switch
        {
            (not HasValue, _) => null,
            (_, { IsNumber: false }) => row.GetString(ordinal + 1),
            (_, { Area: FilterArea.Metric }) => row.GetDouble(ordinal + 1),
            _ => row.GetInt64(ordinal + 1),
        };
        return new SearchPlace(grade, value);
    }
}
