using System.Linq.Expressions;
using System.Reflection;
using Google.Protobuf;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Compiles the way from a record to its message.</summary>
internal static class MessageWriter
{
    public static Func<TRecord, TMessage> Compile<TRecord, TMessage>()
    {
        var record = Expression.Parameter(typeof(TRecord), "record");
        var message = Expression.Variable(typeof(TMessage), "message");
        var body = new List<Expression> { Expression.Assign(message, Expression.New(typeof(TMessage))) };
        foreach (var map in FieldMap.Of(typeof(TRecord), typeof(TMessage)))
        {
            body.Add(Write(map, Expression.Property(record, map.Property), Expression.Property(message, map.Field)));
        }

        body.Add(message);
        return Expression.Lambda<Func<TRecord, TMessage>>(Expression.Block([message], body), record).Compile();
    }

    private static Expression Write(FieldMap map, MemberExpression value, MemberExpression field)
    {
        var name = Expression.Constant(map.Name);
        if (value.Type.IsArray && field.Type != typeof(ByteString))
        {
            return IfPresent(value, FillList(value, field, name));
        }

        if (value.Type.IsGenericType && value.Type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
        {
            var fill = Expression.Call(typeof(WireValue), nameof(WireValue.Fill), [value.Type.GetGenericArguments()[1]], value, field, name);
            return IfPresent(value, fill);
        }

        if (Nullable.GetUnderlyingType(value.Type) is not null)
        {
            var inner = Expression.Property(value, "Value");
            return Expression.IfThen(Expression.Property(value, "HasValue"), Expression.Assign(field, Conversion.ToWire(inner, field.Type, name)));
        }

        var assign = Expression.Assign(field, Conversion.ToWire(value, field.Type, name));
        return map.Nullable ? IfPresent(value, assign) : assign;
    }

    private static ConditionalExpression IfPresent(Expression value, Expression then) =>
        Expression.IfThen(Expression.ReferenceNotEqual(value, Expression.Constant(null)), then);

    private static Expression FillList(MemberExpression value, MemberExpression field, Expression name)
    {
        if (Conversion.ItemType(field.Type) is { } wire)
        {
            return Fill(value, field, wire, name);
        }

        var list = Expression.Variable(field.Type, "list");
        var values = Expression.Property(list, "Values");
        return Expression.Block(
            [list],
            Expression.Assign(list, Expression.New(field.Type)),
            Fill(value, values, Conversion.ItemType(values.Type)!, name),
            Expression.Assign(field, list));
    }

    private static MethodCallExpression Fill(Expression source, Expression target, Type wire, Expression name)
    {
        var type = source.Type.GetElementType()!;
        var item = Expression.Parameter(type, "item");
        var at = Expression.Parameter(typeof(string), "at");
        var convert = Expression.Lambda(Conversion.ToWire(item, wire, at), item, at).Compile();
        return Expression.Call(FillMethod.MakeGenericMethod(type, wire), source, target, Expression.Constant(convert), name);
    }

    private static readonly MethodInfo FillMethod = typeof(WireValue).GetMethods()
        .Single(method => method.Name == nameof(WireValue.Fill) && method.GetGenericArguments().Length == 2);
}
