using System.Linq.Expressions;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Orleans.MLOps.Client.Wire;

/// <summary>The table of single values: which expression turns a present value of one side into the other side's.</summary>
internal static class Conversion
{
    /// <summary>The wire value of a record's value that is not null.</summary>
    public static Expression ToWire(Expression value, System.Type wire, Expression field)
    {
        if (value.Type == typeof(string))
        {
            return Call(nameof(WireValue.Text), [], value, field);
        }

        if (value.Type == wire)
        {
            return value;
        }

        if (wire == typeof(ByteString))
        {
            return Call(nameof(WireValue.Bytes), [], value, field);
        }

        if (value.Type == typeof(DateTimeOffset))
        {
            return Expression.Call(typeof(WireTime), nameof(WireTime.ToTimestamp), null, value);
        }

        if (value.Type == typeof(TimeSpan))
        {
            return Expression.Call(typeof(WireTime), nameof(WireTime.ToDuration), null, value);
        }

        if (value.Type == typeof(ErrorCode) && wire == typeof(string))
        {
            return Call(nameof(WireValue.ErrorName), [], value);
        }

        if (value.Type.IsEnum)
        {
            CheckSameNames(value.Type, wire);
            return Expression.Convert(Expression.Convert(value, typeof(int)), wire);
        }

        return Call(nameof(WireValue.WriteNested), [value.Type, wire], value, field);
    }

    /// <summary>The record's value of a wire value that is present.</summary>
    public static Expression ToRecord(Expression value, System.Type target, Expression field)
    {
        if (value.Type == target)
        {
            return value;
        }

        if (value.Type == typeof(ByteString))
        {
            return Expression.Call(typeof(InferWire), nameof(InferWire.Bytes), null, value);
        }

        if (value.Type == typeof(Timestamp))
        {
            return Expression.Call(typeof(WireTime), nameof(WireTime.ToInstant), null, value, field);
        }

        if (value.Type == typeof(Duration))
        {
            return Expression.Call(typeof(WireTime), nameof(WireTime.ToSpan), null, value, field);
        }

        if (target == typeof(ErrorCode))
        {
            return Call(nameof(WireValue.ErrorOf), [], value, field);
        }

        if (target.IsEnum)
        {
            var count = Expression.Constant(System.Enum.GetValues(target).Length);
            return Expression.Convert(Call(nameof(WireValue.Ordinal), [], Expression.Convert(value, typeof(int)), count, field), target);
        }

        return Call(nameof(WireValue.ReadNested), [value.Type, target], value, field);
    }

    /// <summary>The repeated field behind a field: itself, or the values of a list message, whose absence has a meaning of its own.</summary>
    public static System.Type? ItemType(System.Type field) =>
        field.IsGenericType && field.GetGenericTypeDefinition() == typeof(RepeatedField<>) ? field.GetGenericArguments()[0] : null;


    private static MethodCallExpression Call(string method, System.Type[] types, params Expression[] arguments) =>
        Expression.Call(typeof(WireValue), method, types, arguments);

    // Enums travel by ordinal, so both sides must list the same names in the same order, numbered from 0.
    private static void CheckSameNames(System.Type record, System.Type wire)
    {
        var left = System.Enum.GetNames(record);
        if (!left.SequenceEqual(System.Enum.GetNames(wire), StringComparer.OrdinalIgnoreCase)
            || System.Enum.GetValues(record).Cast<int>().Where((value, index) => value != index).Any())
        {
            throw new InvalidOperationException($"Enum {record.Name} and its wire form differ.");
        }
    }
}
