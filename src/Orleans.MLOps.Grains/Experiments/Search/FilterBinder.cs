using Superpower.Model;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Gives the names of a filter their meaning in a dialect, and checks that each is compared with what it can be.</summary>
internal sealed class FilterBinder(FilterDialect dialect, FilterErrors errors)
{
    private const int LongestPattern = 1000;

    public FilterErrors Errors => errors;

    public FilterCondition Bind(ParsedCondition parsed)
    {
        var (scope, name) = Find(parsed.Name, dialect.DescribeFilters);
        var operators = name?.Operators ?? scope.Operators;
        if (operators == FilterOperator.None)
        {
            throw errors.At(parsed.Name, $"{dialect.Subject} can be ordered by it; allowed in a filter: {dialect.DescribeFilters()}");
        }

        if (!operators.HasFlag(parsed.Operator))
        {
            throw errors.At(parsed.Name, $"it is compared with {FilterOperators.Describe(parsed.Operator)}; allowed: {FilterOperators.Describe(operators)}");
        }

        var field = Field(parsed.Name, scope, name);
        var condition = new FilterCondition(field, parsed.Operator);
        foreach (var value in parsed.Values)
        {
            if (field.IsNumber != (value.Kind == FilterToken.Number))
            {
                throw errors.At(value, $"'{field.Name}' is compared with {(field.IsNumber ? "a number without quotes" : "a text in quotes")}");
            }

            // What a pattern costs grows with its length times that of each text.
            if (parsed.Operator is FilterOperator.Like or FilterOperator.ILike && value.Span.Length > LongestPattern)
            {
                throw errors.At(value, $"a pattern has at most {LongestPattern} characters");
            }
        }

        return field.IsNumber
            ? condition with { Number = Number(condition, parsed) }
            : condition with { Texts = [.. parsed.Values.Select(FilterTokenizer.ReadText)] };
    }

    public FilterField BindOrder(Token<FilterToken> token)
    {
        var (scope, name) = Find(token, dialect.DescribeOrders);
        return scope.Orders ? Field(token, scope, name) : throw errors.At(token, $"{dialect.Subject} are ordered by {dialect.DescribeOrders()}");
    }

    private double Number(FilterCondition condition, ParsedCondition parsed)
    {
        if (parsed.Values.IsEmpty)
        {
            return 0;
        }

        var number = FilterTokenizer.ReadNumber(parsed.Values[0]);
        if (double.IsNaN(number) && condition.Operator is not (FilterOperator.Equal or FilterOperator.NotEqual))
        {
            throw errors.At(parsed.Values[0], "NaN is neither less nor greater than a number; it takes =, !=");
        }

        return double.IsFinite(number) || condition.Field.Area == FilterArea.Metric
            ? number
            : throw errors.At(parsed.Values[0], $"'{condition.Field.Name}' is compared with a finite number");
    }

    private (FilterScope Scope, FilterName? Name) Find(Token<FilterToken> token, Func<string> describe)
    {
        var (head, key) = Parts(token);
        return dialect.Find(head, key) ?? throw errors.At(token, $"{dialect.Subject} have: {describe()}");
    }

    private FilterField Field(Token<FilterToken> token, FilterScope scope, FilterName? name)
    {
        if (name is not null)
        {
            return new FilterField(scope.Area, name.Name, name.IsNumber);
        }

        var key = Parts(token).Key;
        return string.IsNullOrEmpty(key)
            ? throw errors.At(token, "a key has at least one character")
            : new FilterField(scope.Area, key, scope.IsNumber);
    }

    private static (string Head, string? Key) Parts(Token<FilterToken> token) =>
        token.Kind == FilterToken.Name ? FilterTokenizer.ReadName(token) : (FilterTokenizer.ReadText(token), null);
}
