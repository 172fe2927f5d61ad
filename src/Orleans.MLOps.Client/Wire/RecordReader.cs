using System.Linq.Expressions;
using Google.Protobuf;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Compiles the way from a message to its record.</summary>
internal static class RecordReader
{
    public static Func<TMessage, TRecord> Compile<TRecord, TMessage>()
    {
        var message = Expression.Parameter(typeof(TMessage), "message");
        var record = Expression.Variable(typeof(TRecord), "record");
        var fresh = Activator.CreateInstance<TRecord>();
        var body = new List<Expression> { Expression.Assign(record, Expression.New(typeof(TRecord))) };
        foreach (var map in FieldMap.Of(typeof(TRecord), typeof(TMessage)))
        {
            body.Add(Read(map, map.Property.GetValue(fresh) is not null, message, Expression.Property(message, map.Field), Expression.Property(record, map.Property)));
        }

        body.Add(record);
        return Expression.Lambda<Func<TMessage, TRecord>>(Expression.Block([record], body), message).Compile();
    }

    private static Expression Read(FieldMap map, bool hasDefault, Expression message, MemberExpression field, MemberExpression property)
    {
        var name = Expression.Constant(map.Name);
        if (property.Type.IsArray && field.Type != typeof(ByteString))
        {
            return ReadList(field, property, name);
        }

        if (property.Type.IsGenericType && property.Type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
        {
            var read = Expression.Call(typeof(WireValue), nameof(WireValue.ToDictionary), [property.Type.GetGenericArguments()[1]], field);
            return Expression.IfThen(Expression.GreaterThan(Expression.Property(field, "Count"), Expression.Constant(0)), Expression.Assign(property, read));
        }

        var target = Nullable.GetUnderlyingType(property.Type) ?? property.Type;
        var value = Conversion.ToRecord(field, target, name);
        var assign = Expression.Assign(property, target == property.Type ? value : Expression.Convert(value, property.Type));
        if (map.Presence is { } presence)
        {
            return Expression.IfThen(Expression.Property(message, presence), assign);
        }

        // A record that its owner makes by itself, such as that of all usual options, may be left out by callers.
        var required = map.Required || (!map.Nullable && !target.IsValueType && !hasDefault);
        return field.Type.IsValueType || field.Type == typeof(string) || required
            ? assign
            : Expression.IfThen(Expression.ReferenceNotEqual(field, Expression.Constant(null)), assign);
    }

    private static ConditionalExpression ReadList(MemberExpression field, MemberExpression property, Expression name)
    {
        if (Conversion.ItemType(field.Type) is not null)
        {
            var some = Expression.GreaterThan(Expression.Property(field, "Count"), Expression.Constant(0));
            return Expression.IfThen(some, Expression.Assign(property, ToArray(field, property.Type, name)));
        }

        var present = Expression.ReferenceNotEqual(field, Expression.Constant(null));
        return Expression.IfThen(present, Expression.Assign(property, ToArray(Expression.Property(field, "Values"), property.Type, name)));
    }

    private static MethodCallExpression ToArray(Expression source, Type array, Expression name)
    {
        var type = array.GetElementType()!;
        var wire = Conversion.ItemType(source.Type)!;
        var item = Expression.Parameter(wire, "item");
        var at = Expression.Parameter(typeof(string), "at");
        var convert = Expression.Lambda(Conversion.ToRecord(item, type, at), item, at).Compile();
        return Expression.Call(typeof(WireValue), nameof(WireValue.ToArray), [wire, type], source, Expression.Constant(convert), name);
    }
}
