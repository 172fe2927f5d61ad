using System.Globalization;
using System.Text;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>
/// A search as one statement. Texts of the caller only ever become parameters. Rows are ordered by (grade, value, start, id): grade 0
/// has a number, 1 has NaN, 2 has no such metric, so pages continue after any row.
/// </summary>
internal sealed class RunSearchPlan
{
    private static readonly Dictionary<string, string> Attributes = new(StringComparer.Ordinal)
    {
        ["status"] = "r.status",
        ["name"] = "r.name",
        ["user"] = "r.user_name",
        ["host"] = "r.host",
        ["git_commit"] = "r.git_commit",
    };

    private readonly List<object?> _parameters = [];
    private readonly StringBuilder _where = new();

    private RunSearchPlan()
    {
    }

    public string Sql { get; private set; } = "";

    public object?[] Parameters => [.. _parameters];

    /// <exception cref="InvalidInputException">A condition compares what cannot be compared; the message names it.</exception>
    public static RunSearchPlan Compile(RunQuery query, RunPageToken? after)
    {
        var plan = new RunSearchPlan();
        var active = plan.Parameter(nameof(Lifecycle.Active));
        plan._where.Append($"r.lifecycle = {active} AND e.lifecycle = {active}");
        if (query.ExperimentIds.Length > 0)
        {
            plan._where.Append($" AND r.experiment_id IN ({string.Join(", ", query.ExperimentIds.Select(id => plan.Parameter(id)))})");
        }

        for (var i = 0; i < query.Conditions.Length; i++)
        {
            plan._where.Append(" AND ").Append(plan.Condition(query.Conditions[i], i));
        }

        plan.Build(query, after);
        return plan;
    }

    private void Build(RunQuery query, RunPageToken? after)
    {
        var metric = query.OrderByMetric is { } key
            ? $"LEFT JOIN latest_metrics o ON o.run_id = r.run_id AND o.key = {Parameter(key)}"
            : "";
        var grade = query.OrderByMetric is null ? "0" : "CASE WHEN o.run_id IS NULL THEN 2 WHEN o.is_nan = 1 THEN 1 ELSE 0 END";
        var value = query.OrderByMetric is null ? "0.0" : "COALESCE(o.value, 0.0)";
        var (valueSign, valueOrder) = query.Ascending ? (">", "ASC") : ("<", "DESC");
        var (startSign, startOrder) = query.Ascending && query.OrderByMetric is null ? (">", "ASC") : ("<", "DESC");
        var continued = "";
        if (after is not null)
        {
            var (g, v, s, id) = (Parameter(after.Grade), Parameter(after.Value), Parameter(after.StartedUs), Parameter(after.RunId));
            continued =
                $"""
                WHERE c.grade > {g} OR (c.grade = {g} AND (c.value {valueSign} {v} OR (c.value = {v}
                  AND (c.started_us {startSign} {s} OR (c.started_us = {s} AND c.run_id {startSign} {id})))))
                """;
        }

        Sql =
            $"""
            WITH c AS (
              SELECT {RunRows.Columns}, {grade} AS grade, {value} AS value
              FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id {metric}
              WHERE {_where})
            SELECT * FROM c {continued}
            ORDER BY c.grade, c.value {valueOrder}, c.started_us {startOrder}, c.run_id {startOrder} LIMIT {Parameter(query.Limit + 1)}
            """;
    }

    private string Condition(RunCondition condition, int index)
    {
        var field = $"conditions[{index}]";
        if (!Enum.IsDefined(condition.Comparison))
        {
            throw new InvalidInputException($"{field}: comparison {(int)condition.Comparison} is not known.", field);
        }

        switch (condition.Field)
        {
            case RunField.Attribute:
                return Text(Column(condition, field), AttributeValue(condition, field), condition, field);
            case RunField.Param or RunField.Tag:
                ExperimentLimits.CheckName(condition.Key, $"{field}.key");
                var table = condition.Field == RunField.Param ? "params" : "tags";
                return $"EXISTS (SELECT 1 FROM {table} t WHERE t.run_id = r.run_id AND t.key = {Parameter(condition.Key)} AND {Text("t.value", condition.Value, condition, field)})";
            case RunField.Metric:
                ExperimentLimits.CheckName(condition.Key, $"{field}.key");
                return $"EXISTS (SELECT 1 FROM latest_metrics t WHERE t.run_id = r.run_id AND t.key = {Parameter(condition.Key)} AND {Number(condition, field)})";
            default:
                throw new InvalidInputException($"{field}: field {(int)condition.Field} is not known.", field);
        }
    }

    private static string Column(RunCondition condition, string field) => Attributes.TryGetValue(condition.Key, out var column)
        ? column
        : throw new InvalidInputException($"{field}: a run has no attribute '{condition.Key}'; {string.Join(", ", Attributes.Keys)} are known.", field);

    private static string AttributeValue(RunCondition condition, string field)
    {
        if (condition.Key != "status" || condition.Comparison == Comparison.Contains)
        {
            return condition.Value;
        }

        var known = Enum.GetNames<RunStatus>().FirstOrDefault(name => name.Equals(condition.Value, StringComparison.OrdinalIgnoreCase));
        return known ?? throw new InvalidInputException(
            $"{field}: '{condition.Value}' is not a status; {string.Join(", ", Enum.GetNames<RunStatus>())} are.", field);
    }

    private string Text(string column, string value, RunCondition condition, string field)
    {
        var given = Parameter(value);
        return condition.Comparison switch
        {
            Comparison.Equal => $"{column} = {given}",
            Comparison.NotEqual => $"{column} <> {given}",

            // Both engines replace case-sensitively, while their LIKE differ.
            Comparison.Contains => $"({given} = '' OR replace({column}, {given}, '') <> {column})",
            _ => throw new InvalidInputException(
                $"{field}: {condition.Comparison} compares numbers, and '{condition.Key}' is a text; Equal, NotEqual and Contains are allowed.", field),
        };
    }

    private string Number(RunCondition condition, string field)
    {
        if (condition.Comparison == Comparison.Contains)
        {
            throw new InvalidInputException($"{field}: Contains compares texts, and metric '{condition.Key}' is a number.", field);
        }

        if (!double.TryParse(condition.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw new InvalidInputException($"{field}: metric '{condition.Key}' is compared with '{condition.Value}', which is not a number.", field);
        }

        if (double.IsNaN(number))
        {
            return condition.Comparison switch
            {
                Comparison.Equal => "t.is_nan = 1",
                Comparison.NotEqual => "t.is_nan = 0",
                _ => throw new InvalidInputException($"{field}: NaN is neither less nor greater than a number; Equal and NotEqual are allowed.", field),
            };
        }

        var given = Parameter(number);
        return condition.Comparison switch
        {
            Comparison.Equal => $"t.value = {given}",
            Comparison.NotEqual => $"(t.is_nan = 1 OR t.value <> {given})",
            Comparison.Less => $"t.value < {given}",
            Comparison.LessOrEqual => $"t.value <= {given}",
            Comparison.Greater => $"t.value > {given}",
            _ => $"t.value >= {given}",
        };
    }

    private string Parameter(object? value)
    {
        _parameters.Add(value);
        return $"${_parameters.Count}";
    }
}
