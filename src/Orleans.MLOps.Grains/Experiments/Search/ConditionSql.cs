namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Conditions as SQL. What is missing matches no comparison, also not !=.</summary>
internal static class ConditionSql
{
    /// <summary>How many characters of a param or tag the tables index; PostgreSQL cannot index long ones.</summary>
    public const int IndexedPrefix = 200;

    /// <summary>The first characters of a value as the tables index them.</summary>
    public static string Prefix(string value) => $"substr({value}, 1, {IndexedPrefix})";

    /// <summary>One condition on the row that is searched.</summary>
    /// <param name="sql">Takes the values.</param>
    /// <param name="schema">Where names are stored.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="only">More about the rows of a metric, with <c>c</c> for its table; nothing if null.</param>
    public static string Of(SqlText sql, SearchSchema schema, FilterCondition condition, string? only = null)
    {
        var field = condition.Field;
        if (field.Area == FilterArea.Attribute)
        {
            return Attribute(sql, schema.Attributes[field.Name], condition);
        }

        var side = schema.Sides[field.Area];
        if (field.Area == FilterArea.Tag && schema.MissingTags.TryGetValue(field.Name, out var missing))
        {
            var value = $"COALESCE((SELECT c.value FROM {side.Name} c WHERE {side.JoinedAs("c")} AND c.key = {sql.Bind(field.Name)}), {sql.Bind(missing)})";
            return Text(sql, value, condition);
        }

        var exists = condition.Operator == FilterOperator.IsNull ? "NOT EXISTS" : "EXISTS";
        return $"{exists} (SELECT 1 FROM {side.Name} c WHERE {side.JoinedAs("c")} AND {OfSide(sql, "c", condition, sql.Unindexed)}{(only is null ? "" : $" AND {only}")})";
    }

    /// <summary>The condition on one row of the table of its area.</summary>
    /// <param name="sql">Takes the values.</param>
    /// <param name="alias">The table's.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="sign">What stands before a number: <see cref="SqlText.Unindexed"/> where the row is known by its key.</param>
    public static string OfSide(SqlText sql, string alias, FilterCondition condition, string sign = "")
    {
        var field = condition.Field;
        if (field.Area == FilterArea.Dataset)
        {
            return Text(sql, $"{alias}.{field.Name}", condition);
        }

        var key = $"{alias}.key = {sql.Bind(field.Name)}";
        return condition.Operator is FilterOperator.IsNull or FilterOperator.IsNotNull ? key
            : $"{key} AND {(field.Area == FilterArea.Metric ? Metric(sql, alias, condition, sign) : Text(sql, $"{alias}.value", condition))}";
    }

    private static string Metric(SqlText sql, string alias, FilterCondition condition, string sign)
    {
        var number = condition.Number;
        if (double.IsNaN(number))
        {
            return $"{alias}.is_nan = {(condition.Operator == FilterOperator.Equal ? 1 : 0)}";
        }

        return condition.Operator == FilterOperator.NotEqual
            ? $"({alias}.is_nan = 1 OR {alias}.value <> {sql.Bind(number)})"
            : $"{sign}{alias}.value {Sign(condition.Operator)} {sql.Bind(number)}";
    }

    private static string Attribute(SqlText sql, SearchColumn column, FilterCondition condition)
    {
        if (!condition.Field.IsNumber)
        {
            return column.Known.IsEmpty ? Text(sql, column.Sql, condition) : Known(sql, column, condition);
        }

        return column.IsTime ? Time(sql, column.Sql, condition) : $"{column.Sql} {Sign(condition.Operator)} {sql.Bind(condition.Number)}";
    }

    private static string Known(SqlText sql, SearchColumn column, FilterCondition condition)
    {
        if (condition.Operator is FilterOperator.Like or FilterOperator.ILike)
        {
            return Text(sql, column.Sql, condition);
        }

        foreach (var text in condition.Texts)
        {
            if (!column.Known.Contains(text.ToUpperInvariant()))
            {
                throw new InvalidInputException($"filter: {condition.Field.Name} cannot be '{text}'; allowed: {string.Join(", ", column.Known)}.", "filter");
            }
        }

        return Text(sql, column.Sql, condition with { Texts = [.. condition.Texts.Select(text => text.ToUpperInvariant())] });
    }

    // A time of t ms is stored as any of the thousand microseconds from t.
    private static string Time(SqlText sql, string column, FilterCondition condition)
    {
        var (from, after) = (Microseconds(Math.Ceiling(condition.Number)), Microseconds(Math.Floor(condition.Number) + 1));
        return condition.Operator switch
        {
            FilterOperator.Less => $"{column} < {sql.Bind(from)}",
            FilterOperator.GreaterOrEqual => $"{column} >= {sql.Bind(from)}",
            FilterOperator.LessOrEqual => $"{column} < {sql.Bind(after)}",
            FilterOperator.Greater => $"{column} >= {sql.Bind(after)}",
            FilterOperator.Equal => $"({column} >= {sql.Bind(from)} AND {column} < {sql.Bind(after)})",
            _ => $"({column} < {sql.Bind(from)} OR {column} >= {sql.Bind(after)})",
        };
    }

    private static long Microseconds(double milliseconds) => (long)Math.Clamp(milliseconds * 1000, -9e18, 9e18);

    private static string Text(SqlText sql, string value, FilterCondition condition) => condition.Operator switch
    {
        FilterOperator.Like => LikePattern.Sql(sql, value, condition.Texts[0], ignoreCase: false),
        FilterOperator.ILike => LikePattern.Sql(sql, value, condition.Texts[0], ignoreCase: true),
        FilterOperator.In => $"{value} IN ({sql.BindAll(condition.Texts)})",
        FilterOperator.NotIn => $"{value} NOT IN ({sql.BindAll(condition.Texts)})",
        FilterOperator.IsNull => $"{value} IS NULL",
        FilterOperator.IsNotNull => $"{value} IS NOT NULL",
        _ => $"{value} {Sign(condition.Operator)} {sql.Bind(condition.Texts[0])}",
    };

    private static string Sign(FilterOperator op) => op == FilterOperator.NotEqual ? "<>" : FilterOperators.Describe(op);
}
