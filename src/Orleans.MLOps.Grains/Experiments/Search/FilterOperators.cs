namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Sets of comparisons, and how each is written.</summary>
internal static class FilterOperators
{
    public const FilterOperator Numbers = FilterOperator.Equal | FilterOperator.NotEqual | FilterOperator.Less | FilterOperator.LessOrEqual
        | FilterOperator.Greater | FilterOperator.GreaterOrEqual;

    public const FilterOperator Texts = FilterOperator.Equal | FilterOperator.NotEqual | FilterOperator.Like | FilterOperator.ILike;
    public const FilterOperator Lists = FilterOperator.In | FilterOperator.NotIn;
    public const FilterOperator Presence = FilterOperator.IsNull | FilterOperator.IsNotNull;

    private static readonly (FilterOperator Operator, string Text)[] Known =
    [
        (FilterOperator.Equal, "="),
        (FilterOperator.NotEqual, "!="),
        (FilterOperator.Less, "<"),
        (FilterOperator.LessOrEqual, "<="),
        (FilterOperator.Greater, ">"),
        (FilterOperator.GreaterOrEqual, ">="),
        (FilterOperator.Like, "LIKE"),
        (FilterOperator.ILike, "ILIKE"),
        (FilterOperator.In, "IN"),
        (FilterOperator.NotIn, "NOT IN"),
        (FilterOperator.IsNull, "IS NULL"),
        (FilterOperator.IsNotNull, "IS NOT NULL"),
    ];

    public static FilterOperator Parse(string comparison) => comparison switch
    {
        "==" => FilterOperator.Equal,
        "<>" => FilterOperator.NotEqual,
        _ => Known.First(known => known.Text == comparison).Operator,
    };

    public static string Describe(FilterOperator allowed) =>
        string.Join(", ", Known.Where(known => allowed.HasFlag(known.Operator)).Select(known => known.Text));
}
