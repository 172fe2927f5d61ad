using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.MLOps.Client.Tests.Support;

/// <summary>Builds records with random values in every property, from a seed.</summary>
public sealed class RandomValues(int seed)
{
    private static readonly NullabilityInfoContext Nullability = new();

    // Minus zero is left out: proto3 does not send a zero of either sign, so it arrives as plain zero.
    private static readonly double[] OddNumbers = [0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue];
    private readonly Random random = new(seed);

    public object Next(Type type)
    {
        if (type == typeof(string))
        {
            return Text();
        }

        if (type.IsArray)
        {
            return Array(type.GetElementType()!, random.Next(4));
        }

        if (type.IsEnum)
        {
            var values = Enum.GetValues(type);
            return values.GetValue(random.Next(values.Length))!;
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Int32 => random.Next(int.MinValue, int.MaxValue),
            TypeCode.Int64 => random.NextInt64(long.MinValue, long.MaxValue),
            TypeCode.Boolean => random.Next(2) == 1,
            TypeCode.Double => random.Next(4) == 0 ? OddNumbers[random.Next(OddNumbers.Length)] : (random.NextDouble() - 0.5) * 1e6,
            _ => Other(type),
        };
    }

    private object Other(Type type)
    {
        if (type == typeof(DateTimeOffset))
        {
            return new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks + 1), TimeSpan.Zero);
        }

        if (type == typeof(TimeSpan))
        {
            return new TimeSpan(random.NextInt64(-TimeSpan.TicksPerDay * 1000, TimeSpan.TicksPerDay * 1000));
        }

        if (type == typeof(Dictionary<string, string>))
        {
            return Pairs<string>();
        }

        return type == typeof(Dictionary<string, double>) ? Pairs<double>() : Record(type);
    }

    private object Record(Type type)
    {
        var record = RuntimeHelpers.GetUninitializedObject(type);
        record = type.GetConstructor(Type.EmptyTypes)?.Invoke(null) ?? record;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            property.SetValue(record, Property(property));
        }

        return record;
    }

    private object? Property(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType);
        var nullable = type is not null;
        if (!property.PropertyType.IsValueType)
        {
            lock (Nullability)
            {
                nullable = Nullability.Create(property).ReadState == NullabilityState.Nullable;
            }
        }

        if (nullable && random.Next(3) == 0)
        {
            return null;
        }

        // A repeated field cannot tell an empty list from none, so a list that may be null is never empty here.
        return nullable && property.PropertyType.IsArray
            ? Array(property.PropertyType.GetElementType()!, random.Next(1, 4))
            : Next(type ?? property.PropertyType);
    }

    private Array Array(Type element, int length)
    {
        var array = System.Array.CreateInstance(element, length);
        for (var i = 0; i < length; i++)
        {
            array.SetValue(Next(element), i);
        }

        return array;
    }

    private Dictionary<string, T> Pairs<T>()
    {
        var pairs = new Dictionary<string, T>();
        for (var i = random.Next(4); i > 0; i--)
        {
            pairs[$"{Text()}{i}"] = (T)Next(typeof(T));
        }

        return pairs;
    }

    private string Text() => random.Next(5) switch
    {
        0 => "",
        1 => "größer/als%25 \u65e5\u672c",
        _ => $"text-{random.Next()}",
    };
}
