using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Copies the arrays of hot messages, without a delegate per element.</summary>
internal static class WireArrays
{
    public static void Add(RepeatedField<string> target, string[] source, string field)
    {
        target.Capacity = source.Length;
        for (var i = 0; i < source.Length; i++)
        {
            target.Add(source[i] ?? throw new InvalidInputException($"{field}[{i}] is null: a text is required.", $"{field}[{i}]"));
        }
    }

    public static void Add(RepeatedField<Timestamp> target, DateTimeOffset[] source)
    {
        target.Capacity = source.Length;
        foreach (var instant in source)
        {
            target.Add(WireTime.ToTimestamp(instant));
        }
    }

    public static T[] Copy<T>(RepeatedField<T> source)
    {
        if (source.Count == 0)
        {
            return [];
        }

        var target = new T[source.Count];
        source.CopyTo(target, 0);
        return target;
    }

    public static T[]? CopyOrNull<T>(RepeatedField<T> source) => source.Count == 0 ? null : Copy(source);

    public static DateTimeOffset[] Copy(RepeatedField<Timestamp> source, string type, string field)
    {
        if (source.Count == 0)
        {
            return [];
        }

        var target = new DateTimeOffset[source.Count];
        for (var i = 0; i < target.Length; i++)
        {
            try
            {
                target[i] = WireTime.ToInstant(source[i], "");
            }
            catch (WireFieldException error)
            {
                throw error.Under($"[{i}]").Under(field).ToInvalidInput(type);
            }
        }

        return target;
    }
}
