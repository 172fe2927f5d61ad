using System.Collections.Immutable;
using Superpower;
using Superpower.Model;
using Superpower.Parsers;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>The shape of filters and orders; what names mean is for <see cref="FilterBinder"/>.</summary>
internal static class FilterGrammar
{
    private static readonly TokenListParser<FilterToken, Token<FilterToken>> Name =
        Token.EqualTo(FilterToken.Name).Or(Token.EqualTo(FilterToken.BackQuoted)).Or(Token.EqualTo(FilterToken.DoubleQuoted)).Named("a name");

    private static readonly TokenListParser<FilterToken, Token<FilterToken>> Text =
        Token.EqualTo(FilterToken.Text).Or(Token.EqualTo(FilterToken.DoubleQuoted));

    private static readonly TokenListParser<FilterToken, Token<FilterToken>> Value = Text.Or(Token.EqualTo(FilterToken.Number)).Named("a number or a text in quotes");

    private static readonly TokenListParser<FilterToken, FilterOperator> Like =
        Keyword("LIKE").Value(FilterOperator.Like).Or(Keyword("ILIKE").Value(FilterOperator.ILike));

    private static readonly TokenListParser<FilterToken, FilterOperator> In =
        Keyword("IN").Value(FilterOperator.In).Or(Keyword("NOT").IgnoreThen(Keyword("IN")).Value(FilterOperator.NotIn));

    private static readonly TokenListParser<FilterToken, Token<FilterToken>[]> List =
        from open in Token.EqualTo(FilterToken.Open)
        from values in Value.AtLeastOnceDelimitedBy(Token.EqualTo(FilterToken.Comma))
        from close in Token.EqualTo(FilterToken.Close)
        select values;

    private static readonly TokenListParser<FilterToken, (FilterOperator Operator, ImmutableArray<Token<FilterToken>> Values)> Rest =
        Token.EqualTo(FilterToken.Comparison).Select(token => FilterOperators.Parse(token.ToStringValue())).Or(Like)
            .Then(op => Value.Select(value => (op, ImmutableArray.Create(value))))
        .Or(In.Then(op => List.Select(values => (op, values.ToImmutableArray()))))
        .Or(Keyword("IS").IgnoreThen(Keyword("NULL").Value(FilterOperator.IsNull).Or(Keyword("NOT").IgnoreThen(Keyword("NULL")).Value(FilterOperator.IsNotNull)))
            .Select(op => (op, ImmutableArray<Token<FilterToken>>.Empty)));

    private static readonly TokenListParser<FilterToken, ParsedCondition> Condition =
        from name in Name
        from rest in Rest
        select new ParsedCondition(name, rest.Operator, rest.Values);

    /// <summary>Conditions joined by AND.</summary>
    public static TokenListParser<FilterToken, ParsedCondition[]> Filter { get; } = Condition.AtLeastOnceDelimitedBy(Keyword("AND")).AtEnd();

    /// <summary>One key of an order.</summary>
    public static TokenListParser<FilterToken, ParsedOrder> Order { get; } =
        (from name in Name
         from direction in Keyword("ASC").Value(false).Or(Keyword("DESC").Value(true)).OptionalOrDefault()
         select new ParsedOrder(name, direction)).AtEnd();

    /// <summary>A name alone.</summary>
    public static TokenListParser<FilterToken, Token<FilterToken>> NameAlone { get; } = Name.AtEnd();

    private static TokenListParser<FilterToken, Token<FilterToken>> Keyword(string word) => Token.EqualToValueIgnoreCase(FilterToken.Name, word).Named(word);
}
