using System.Collections.Immutable;
using Orleans.MLOps.Grains.Platform;
using Superpower;
using Superpower.Model;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Reads filters and orders in MLflow's grammar.</summary>
internal static class FilterParser
{
    /// <summary>Room for some 7000 ids of runs in a list.</summary>
    public const int LongestText = 262_144;

    public const int MostConditions = 100;
    public const int MostOrders = 10;

    /// <summary>The conditions that must all hold; none for an absent or blank text.</summary>
    /// <exception cref="InvalidInputException">The text is no filter of this dialect; the message names the position, what stands there and what may.</exception>
    public static ImmutableArray<FilterCondition> ParseFilter(FilterDialect dialect, string? filter)
    {
        if (string.IsNullOrWhiteSpace(filter))
        {
            return [];
        }

        var binder = new FilterBinder(dialect, new FilterErrors("filter", filter));
        var conditions = Parse(FilterGrammar.Filter, filter, binder.Errors);
        return conditions.Length <= MostConditions
            ? [.. conditions.Select(binder.Bind)]
            : throw new InvalidInputException($"filter has {conditions.Length} conditions: at most {MostConditions} are allowed.", "filter");
    }

    /// <summary>The keys of an order, such as <c>metrics.loss DESC</c>.</summary>
    /// <exception cref="InvalidInputException">A text is no key of an order, or two are by the same name.</exception>
    public static ImmutableArray<FilterOrder> ParseOrders(FilterDialect dialect, IReadOnlyList<string> orders)
    {
        if (orders.Count > MostOrders)
        {
            throw new InvalidInputException($"order_by has {orders.Count} keys: at most {MostOrders} are allowed.", "order_by");
        }

        var keys = ImmutableArray.CreateBuilder<FilterOrder>(orders.Count);
        for (var i = 0; i < orders.Count; i++)
        {
            var errors = new FilterErrors($"order_by[{i}]", orders[i]);
            var order = Parse(FilterGrammar.Order, orders[i], errors);
            var key = new FilterOrder(new FilterBinder(dialect, errors).BindOrder(order.Name), order.Descending);
            if (keys.Any(known => known.Field == key.Field))
            {
                throw errors.At(order.Name, "each name may order a search once");
            }

            keys.Add(key);
        }

        return keys.MoveToImmutable();
    }

    /// <summary>A name that orders, without a direction.</summary>
    /// <exception cref="InvalidInputException">The text is no such name.</exception>
    public static FilterField ParseOrderName(FilterDialect dialect, string name, string field)
    {
        var errors = new FilterErrors(field, name);
        return new FilterBinder(dialect, errors).BindOrder(Parse(FilterGrammar.NameAlone, name, errors));
    }

    private static T Parse<T>(TokenListParser<FilterToken, T> parser, string? text, FilterErrors errors)
    {
        if (text is null || text.Length > LongestText)
        {
            throw new InvalidInputException($"{errors.Source} has {text?.Length ?? 0} characters: 1 to {LongestText} are allowed.", errors.Source);
        }

        if (StorableText.IndexOfOther(text) is >= 0 and var index)
        {
            throw errors.At(index, "NUL or half a surrogate pair", "well-formed text without NUL");
        }

        var tokens = FilterTokenizer.Instance.TryTokenize(text);
        if (!tokens.HasValue)
        {
            throw errors.At(tokens.ErrorPosition, tokens.Expectations);
        }

        var result = parser.TryParse(tokens.Value);
        return result.HasValue ? result.Value : throw errors.At(Where(result), result.Expectations);
    }

    private static Position Where<T>(TokenListParserResult<FilterToken, T> result) =>
        result.Remainder.IsAtEnd ? Position.Empty : result.Remainder.First().Position;
}
