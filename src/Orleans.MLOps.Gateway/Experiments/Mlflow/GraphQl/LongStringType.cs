using System.Globalization;
using System.Numerics;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>A whole number of 64 bits as a text, because scripts in browsers have no such number.</summary>
internal sealed class LongStringType : ScalarGraphType
{
    public LongStringType() => Name = "LongString";

    public override object? ParseLiteral(GraphQLValue value) => value switch
    {
        GraphQLNullValue => null,
        GraphQLIntValue number when Parse(number.Value) is { } parsed => parsed,
        GraphQLStringValue text when Parse(text.Value) is { } parsed => parsed,
        _ => ThrowLiteralConversionError(value),
    };

    public override object? ParseValue(object? value) => value switch
    {
        null => null,
        int number => (long)number,
        long number => number,
        BigInteger number when number >= long.MinValue && number <= long.MaxValue => (long)number,
        string text when Parse(text) is { } parsed => parsed,
        _ => ThrowValueConversionError(value),
    };

    public override object? Serialize(object? value) => value;

    private static long? Parse(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
