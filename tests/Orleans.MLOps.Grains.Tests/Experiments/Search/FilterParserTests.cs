using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

public sealed class FilterParserTests
{
    [Theory]
    [InlineData("metrics.loss < 0.4", "Metric loss Less 0.4")]
    [InlineData("metric.loss>=-1.5e3", "Metric loss GreaterOrEqual -1500")]
    [InlineData("metrics.a-1>-1", "Metric a-1 Greater -1")]
    [InlineData("metrics.x = NaN", "Metric x Equal NaN")]
    [InlineData("metrics.x != -Infinity", "Metric x NotEqual -∞")]
    [InlineData("run_id IN ('a') AND start_time > 1002", "Attribute run_id In a; Attribute start_time Greater 1002")]
    [InlineData("params.`a b` = 'it''s'", "Param a b Equal it's")]
    [InlineData("params.\"a \"\"b\"\"\" = \"say \"\"x\"\"\"", "Param a \"b\" Equal say \"x\"")]
    [InlineData("parameters.x <> ''", "Param x NotEqual ")]
    [InlineData("tags.mlflow.source.name ilike '%x_'", "Tag mlflow.source.name ILike %x_")]
    [InlineData("tag.x is not null", "Tag x IsNotNull ")]
    [InlineData("tags.x IS NULL", "Tag x IsNull ")]
    [InlineData("run_id NOT IN ('a', \"b\")", "Attribute run_id NotIn a|b")]
    [InlineData("attributes.`run name` = 'x'", "Attribute run_name Equal x")]
    [InlineData("\"run name\" LIKE 'x'", "Attribute run_name Like x")]
    [InlineData("created > 5", "Attribute start_time Greater 5")]
    [InlineData("datasets.name = 'd'", "Dataset name Equal d")]
    [InlineData("params.x = 'a AND b OR c' \n AnD\tmetrics.日本 = .5", "Param x Equal a AND b OR c; Metric 日本 Equal 0.5")]
    [InlineData("  ", "")]
    public void ParseFilter_OfRuns_ReadsNamesOperatorsAndValues(string filter, string expected) =>
        Assert.Equal(expected, string.Join("; ", FilterParser.ParseFilter(FilterDialects.Runs, filter).Select(Describe)));

    [Theory]
    [InlineData("metrics.a > 1 OR metrics.b > 2", "position 15", "'OR'", "AND alone")]
    [InlineData("(metrics.a > 1)", "position 1:", "'('", "cannot be grouped")]
    [InlineData("metrics.a > 1 AND (metrics.b > 1)", "position 19", "'('", "cannot be grouped")]
    [InlineData("metrics.a >", "position 12", "the end", "a number or a text in quotes")]
    [InlineData("metrics.a > 1 AND", "position 18", "the end", "a name")]
    [InlineData("metrics.a = 3; DROP TABLE runs", "position 13", "3; DROP", "AND, the end")]
    [InlineData("metrics.a = 3 metrics.b = 4", "position 15", "'metrics.b = 4'", "AND, the end")]
    [InlineData("foo.x = 'a'", "position 1:", "'foo.x'", "params.<key>")]
    [InlineData("experiment_id = 'a'", "position 1:", "'experiment_id'", "run_id")]
    [InlineData("params.x > 'a'", "position 1:", "'params.x'", "=, !=, LIKE, ILIKE, IS NULL, IS NOT NULL")]
    [InlineData("run_name IN ('a')", "position 1:", "'run_name'", "=, !=, LIKE, ILIKE.")]
    [InlineData("params.x = 3", "position 12", "'3'", "a text in quotes")]
    [InlineData("metrics.x = '3'", "position 13", "''3''", "a number without quotes")]
    [InlineData("metrics.x < NaN", "position 13", "'NaN'", "=, !=")]
    [InlineData("start_time > inf", "position 14", "'inf'", "a finite number")]
    [InlineData("run_id IN ()", "position 12", "')'", "a text in quotes")]
    [InlineData("params.x = 'abc", "position 12", "''abc'", "a closing '")]
    [InlineData("params.`` = 'a'", "position 1:", "'params.``'", "at least one character")]
    [InlineData("tags.x is nul", "position 11", "'nul'", "NULL, NOT")]
    [InlineData("metrics.x", "position 10", "the end", "a comparison")]
    [InlineData("params.x = 'a\0'", "position 14", "NUL", "well-formed")]
    public void ParseFilter_Wrong_NamesPositionGivenAndAllowed(string filter, params string[] parts)
    {
        var error = Assert.Throws<InvalidInputException>(() => FilterParser.ParseFilter(FilterDialects.Runs, filter));
        Assert.Equal("filter", error.Field);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void ParseFilter_HalfASurrogatePair_IsRefused() =>
        Assert.Contains("position 13", Assert.Throws<InvalidInputException>(() => FilterParser.ParseFilter(FilterDialects.Runs, "params.x = '\ud800'")).Message, StringComparison.Ordinal);

    [Fact]
    public void ParseFilter_TooLongOrTooMany_IsRefused()
    {
        var most = string.Join(" AND ", Enumerable.Repeat("metrics.x > 1", FilterParser.MostConditions));
        Assert.Equal(FilterParser.MostConditions, FilterParser.ParseFilter(FilterDialects.Runs, most).Length);
        Assert.Throws<InvalidInputException>(() => FilterParser.ParseFilter(FilterDialects.Runs, $"{most} AND metrics.x > 1"));
        Assert.Throws<InvalidInputException>(() => FilterParser.ParseFilter(FilterDialects.Runs, $"params.x = '{new string('x', FilterParser.LongestText)}'"));
        Assert.Throws<InvalidInputException>(() => FilterParser.ParseFilter(FilterDialects.Runs, new string('(', FilterParser.LongestText)));
        Assert.Throws<InvalidInputException>(() => FilterParser.ParseFilter(FilterDialects.Runs, $"params.x LIKE '%{new string('x', 1000)}'"));
    }

    [Fact]
    public void ParseFilter_EachDialect_KnowsItsOwnNames()
    {
        Assert.Single(FilterParser.ParseFilter(FilterDialects.Experiments, "last_update_time >= 5"));
        Assert.Throws<InvalidInputException>(() => FilterParser.ParseFilter(FilterDialects.Experiments, "params.x = 'a'"));
        Assert.Throws<InvalidInputException>(() => FilterParser.ParseFilter(FilterDialects.Experiments, "experiment_id = 1"));
        Assert.Single(FilterParser.ParseFilter(FilterDialects.RegisteredModels, "tags.`mlflow.prompt.is_prompt` != 'true'"));
        Assert.Throws<InvalidInputException>(() => FilterParser.ParseFilter(FilterDialects.RegisteredModels, "version_number = 1"));
        Assert.Equal(2, FilterParser.ParseFilter(FilterDialects.ModelVersions, "version_number > 1 AND run_id IN ('a')").Length);
        Assert.Single(FilterParser.ParseFilter(FilterDialects.LoggedModels, "params.x NOT IN ('a')"));
    }

    [Theory]
    [InlineData("metrics.loss", "Metric loss False")]
    [InlineData("metrics.`a b` desc", "Metric a b True")]
    [InlineData("start_time ASC", "Attribute start_time False")]
    [InlineData("`Run Name`", "Attribute run_name False")]
    public void ParseOrders_One_ReadsNameAndDirection(string order, string expected)
    {
        var key = FilterParser.ParseOrders(FilterDialects.Runs, [order]).Single();
        Assert.Equal(expected, $"{key.Field.Area} {key.Field.Name} {key.Descending}");
    }

    [Theory]
    [InlineData("metrics.loss UP")]
    [InlineData("metrics.loss ASC DESC")]
    [InlineData("dataset.name ASC")]
    [InlineData("lifecycle")]
    [InlineData("")]
    [InlineData("metrics.a, metrics.b")]
    public void ParseOrders_Wrong_IsRefused(string order) =>
        Assert.StartsWith("order_by[0]", Assert.Throws<InvalidInputException>(() => FilterParser.ParseOrders(FilterDialects.Runs, [order])).Field, StringComparison.Ordinal);

    [Fact]
    public void ParseOrders_SameNameTwice_IsRefused() =>
        Assert.Throws<InvalidInputException>(() => FilterParser.ParseOrders(FilterDialects.Runs, ["start_time", "metrics.x", "attributes.created DESC"]));

    [Fact]
    public void FilterText_AnyValue_IsReadBack() => CsCheck.Check.Sample(
        CsCheck.Gen.Select(CsCheck.Gen.String[CsCheck.Gen.Char['\u0001', '\uD7FF'], 1, 20], CsCheck.Gen.String[CsCheck.Gen.Char['\u0001', '\uD7FF'], 0, 20]),
        (key, value) =>
        {
            key = key.Replace("`", "'", StringComparison.Ordinal);
            var condition = FilterParser.ParseFilter(FilterDialects.Runs, $"{FilterText.Key("tags", key)} = {FilterText.Value(value)}").Single();
            Assert.Equal((key, value), (condition.Field.Name, condition.Texts.Single()));
        });

    private static string Describe(FilterCondition condition) => FormattableString.Invariant(
        $"{condition.Field.Area} {condition.Field.Name} {condition.Operator} {(condition.Field.IsNumber ? Number(condition.Number) : string.Join('|', condition.Texts))}");

    private static string Number(double number) => double.IsInfinity(number) ? (number < 0 ? "-∞" : "∞") : number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
