using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Features;

/// <summary>What a feature view's definition must hold to, first by itself, then against the columns its SQL gives.</summary>
internal static class ViewRules
{
    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(366);

    private const int LongestSql = 100_000;

    /// <summary>The columns that every frame has; no feature may take their names.</summary>
    public static readonly string[] FrameColumns = ["row_id", "event_time", "label", "label_available_at"];

    private static readonly ColumnType[] Numbers = [ColumnType.Int64, ColumnType.Double, ColumnType.Boolean];

    /// <exception cref="InvalidInputException">The definition contradicts itself; the message names field, value and what is allowed.</exception>
    public static void Check(FeatureViewDefinition definition)
    {
        Require(!string.IsNullOrWhiteSpace(definition.Sql), "sql is empty; a SELECT over the table \"source\" is needed.", "sql");
        Require(definition.Sql.Length <= LongestSql, $"sql has {definition.Sql.Length} characters; {LongestSql} are allowed.", "sql");
        Named(definition.RowId, "row_id");
        Named(definition.EventTime, "event_time");
        Named(definition.Label, "label");
        Named(definition.LabelAvailableAt, "label_available_at");
        foreach (var name in definition.Numeric)
        {
            Named(name, "numeric");
        }

        foreach (var name in definition.Categorical)
        {
            Named(name, "categorical");
        }

        CheckWindows(definition);
        string[] features = [.. definition.Numeric, .. definition.Windows.Select(window => window.Name), .. definition.Categorical];
        Require(features.Length > 0, "the view has no feature; name at least one numeric or categorical column or a window.", "numeric");
        var seen = new HashSet<string>(FrameColumns, StringComparer.OrdinalIgnoreCase);
        foreach (var name in features)
        {
            Require(
                seen.Add(name),
                $"the feature name '{name}' occurs twice or is one of {string.Join(", ", FrameColumns)}; names differ by more than case.",
                name);
        }

        string[] roles = [definition.RowId, definition.EventTime, definition.Label, definition.LabelAvailableAt];
        foreach (var role in roles.Skip(1))
        {
            Require(
                roles.Count(other => Same(other, role)) == 1 && !definition.Numeric.Concat(definition.Categorical).Any(feature => Same(feature, role)),
                $"the column '{role}' has two roles; time, label and availability columns are no features and are four different columns with the row id.",
                role);
        }
    }

    /// <exception cref="InvalidInputException">The SELECT lacks a column, gives one twice, or one of a type that its role does not allow.</exception>
    public static void Check(FeatureViewDefinition definition, QuerySchema schema)
    {
        var repeated = schema.Columns.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        Require(repeated is null, $"the SELECT gives the column '{repeated?.Key}' {repeated?.Count()} times; every name may occur once.", repeated?.Key);
        Typed(definition.RowId, "row id", ColumnType.Int64, ColumnType.Text);
        Typed(definition.EventTime, "event time", ColumnType.Timestamp);
        Typed(definition.Label, "label", Numbers);
        Typed(definition.LabelAvailableAt, "label availability", ColumnType.Timestamp);
        foreach (var name in definition.Numeric)
        {
            Typed(name, "numeric feature", Numbers);
        }

        foreach (var name in definition.Categorical)
        {
            Typed(name, "categorical feature", ColumnType.Text);
        }

        if (definition.Windows.Length > 0)
        {
            Typed(definition.Windows[0].Key, "window key", ColumnType.Text);
        }

        void Typed(string name, string role, params ColumnType[] allowed)
        {
            var column = schema.Columns.FirstOrDefault(candidate => Same(candidate.Name, name))
                ?? throw new InvalidInputException(
                    $"View {definition.Name}: the SELECT gives no column '{name}' ({role}); it gives {string.Join(", ", schema.Columns.Select(given => given.Name))}.", name);
            Require(
                column.Type is { } type && allowed.Contains(type),
                $"the column '{name}' ({role}) has type {column.SqlType}; allowed: {string.Join(", ", allowed)}. CAST it in the SELECT.",
                name);
        }

        void Require(bool holds, string problem, string? field) => ViewRules.Require(holds, $"View {definition.Name}: {problem}", field);
    }

    /// <exception cref="InvalidInputException">The windows' key changed: the observations that are kept online are filed under it.</exception>
    public static void CheckSuccession(FeatureViewDefinition definition, FeatureViewDefinition? previous)
    {
        if (previous is { Windows.Length: > 0 } && definition.Windows.Length > 0)
        {
            Require(
                Same(previous.Windows[0].Key, definition.Windows[0].Key),
                $"View {definition.Name}: its windows had the key '{previous.Windows[0].Key}' and would get '{definition.Windows[0].Key}'; the versions of a view share one key. Give the new view another name.",
                definition.Windows[0].Key);
        }
    }

    private static void CheckWindows(FeatureViewDefinition definition)
    {
        foreach (var window in definition.Windows)
        {
            Named(window.Name, "windows.name");
            Named(window.Key, "windows.key");
            Require(Enum.IsDefined(window.Aggregate), $"window '{window.Name}' has the aggregate {window.Aggregate}; allowed: Mean, Sum, Count.", window.Name);
            Require(
                window.Length > TimeSpan.Zero && window.Length <= LongestWindow && window.Length.Ticks % TimeSpan.TicksPerMicrosecond == 0,
                $"window '{window.Name}' has the length {window.Length}; whole microseconds, above zero and at most {LongestWindow.Days} days are allowed.",
                window.Name);
            Require(
                Same(window.Column, definition.Label),
                $"window '{window.Name}' aggregates '{window.Column}'; in this version windows aggregate the label column '{definition.Label}'.",
                window.Name);
            Require(
                Same(window.Key, definition.Windows[0].Key),
                $"window '{window.Name}' has the key '{window.Key}', window '{definition.Windows[0].Name}' the key '{definition.Windows[0].Key}'; in this version all windows of a view share one key.",
                window.Name);
        }
    }

    private static void Named(string? name, string field) =>
        Require(!string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl), $"{field} '{name}' is no column name.", field);

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static void Require(bool holds, string problem, string? field)
    {
        if (!holds)
        {
            throw new InvalidInputException(problem, field);
        }
    }
}
