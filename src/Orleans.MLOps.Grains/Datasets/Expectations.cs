using System.Text;
using System.Text.Json;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>The rules for rows: which are allowed, and their one order.</summary>
internal static class Expectations
{
    /// <exception cref="InvalidInputException">The rule is none.</exception>
    public static void Require(Expectation rule)
    {
        if (string.IsNullOrWhiteSpace(rule.Column))
        {
            throw Wrong("names no column");
        }

        var bounds = rule.Minimum is not null || rule.Maximum is not null;
        switch (rule.Kind)
        {
            case ExpectationKind.NotNull when bounds || rule.Allowed.Length > 0:
                throw Wrong("is NotNull, which takes neither bounds nor texts");
            case ExpectationKind.Range when !bounds || rule.Allowed.Length > 0:
                throw Wrong("is Range, which takes a minimum, a maximum or both, and no texts");
            case ExpectationKind.Range when double.IsNaN(rule.Minimum ?? 0) || double.IsNaN(rule.Maximum ?? 0) || rule.Minimum > rule.Maximum:
                throw Wrong($"is Range from {rule.Minimum} to {rule.Maximum}, which holds no number");
            case ExpectationKind.OneOf when bounds || rule.Allowed.Length == 0 || rule.Allowed.Any(text => text is null):
                throw Wrong("is OneOf, which takes at least one text and no bounds");
            case ExpectationKind.NotNull or ExpectationKind.Range or ExpectationKind.OneOf:
                return;
            default:
                throw Wrong($"has the unknown kind {(int)rule.Kind}; allowed: {string.Join(", ", Enum.GetNames<ExpectationKind>())}");
        }

        InvalidInputException Wrong(string what) => new($"The expectation on column '{rule.Column}' {what}.", "expectations");
    }

    /// <exception cref="InvalidInputException">A rule is about a column that does not exist or has another type.</exception>
    public static void RequireColumns(IReadOnlyList<Expectation> rules, IReadOnlyList<ColumnSchema> columns)
    {
        foreach (var rule in rules)
        {
            var column = columns.FirstOrDefault(column => column.Name == rule.Column) ?? throw new InvalidInputException(
                $"An expectation is about column '{rule.Column}', which does not exist; columns: {string.Join(", ", columns.Select(c => c.Name))}.", rule.Column);
            var fits = rule.Kind switch
            {
                ExpectationKind.Range => column.Type is ColumnType.Int64 or ColumnType.Double,
                ExpectationKind.OneOf => column.Type == ColumnType.Text,
                _ => true,
            };
            if (!fits)
            {
                throw new InvalidInputException(
                    $"The expectation {rule.Kind} does not fit column '{rule.Column}' of type {column.Type}; Range is for Int64 and Double, OneOf for Text.", rule.Column);
            }
        }
    }

    /// <summary>The rules as a set: sorted, each once, texts likewise. Judging in this order gives equal reasons for equal sets.</summary>
    public static IReadOnlyList<Expectation> Normalise(IReadOnlyList<Expectation> rules) =>
    [
        .. rules
            .Select(rule => rule with { Allowed = [.. rule.Allowed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] })
            .DistinctBy(Text)
            .OrderBy(Text, StringComparer.Ordinal),
    ];

    public static void Write(Utf8JsonWriter writer, Expectation rule)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("allowed");
        foreach (var text in rule.Allowed)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
        writer.WriteString("column", rule.Column);
        writer.WriteString("kind", rule.Kind.ToString());
        WriteBound(writer, "maximum", rule.Maximum);
        WriteBound(writer, "minimum", rule.Minimum);
        writer.WriteEndObject();
    }

    private static void WriteBound(Utf8JsonWriter writer, string name, double? bound)
    {
        if (bound is not { } value)
        {
            writer.WriteNull(name);
        }
        else if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteString(name, value > 0 ? "Infinity" : "-Infinity");
        }
    }

    private static string Text(Expectation rule)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, rule);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
