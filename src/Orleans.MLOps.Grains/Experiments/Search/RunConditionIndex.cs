namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Conditions on runs that an index answers.</summary>
internal static class RunConditionIndex
{
    public static bool Has(FilterCondition condition) => condition.Field.Area switch
    {
        FilterArea.Metric => condition.Operator != FilterOperator.NotEqual || double.IsNaN(condition.Number),
        FilterArea.Param or FilterArea.Tag => condition.Operator is FilterOperator.Equal or FilterOperator.IsNotNull,
        FilterArea.Dataset => condition is { Field.Name: "name", Operator: FilterOperator.Equal },
        _ => condition is { Field.Name: "run_id", Operator: FilterOperator.Equal or FilterOperator.In },
    };

    /// <summary>The ids of the runs that a condition leaves, as a query without duplicates.</summary>
    public static string Ids(SqlText sql, FilterCondition condition)
    {
        if (condition.Field.Area == FilterArea.Attribute)
        {
            return $"SELECT d.run_id FROM runs d WHERE d.run_id IN ({sql.BindAll(condition.Texts)})";
        }

        var side = SearchSchemas.Runs.Sides[condition.Field.Area];
        var distinct = condition.Field.Area == FilterArea.Dataset ? "DISTINCT " : "";
        var prefix = condition.Field.Area is FilterArea.Param or FilterArea.Tag && condition.Operator == FilterOperator.Equal
            ? $"{ConditionSql.Prefix("d.value")} = {sql.Bind(PrefixOf(condition.Texts[0]))} AND "
            : "";
        return $"SELECT {distinct}d.run_id FROM {side.Name} d WHERE {prefix}{ConditionSql.OfSide(sql, "d", condition)}";
    }

    // Databases count characters, where .NET counts two for those beyond the first plane.
    private static string PrefixOf(string value)
    {
        var end = 0;
        for (var characters = 0; end < value.Length && characters < ConditionSql.IndexedPrefix; characters++)
        {
            end += char.IsHighSurrogate(value[end]) ? 2 : 1;
        }

        return value[..end];
    }
}
