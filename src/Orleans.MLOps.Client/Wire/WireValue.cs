using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Orleans.MLOps.Client.Wire;

/// <summary>The conversions of single values and of collections that compiled mappers call.</summary>
internal static class WireValue
{
    public static string Text(string? value, string field) =>
        value ?? throw new WireFieldException(field, "is null: a text is required.");

    /// <summary>Bytes that a record has, without a copy: records are immutable.</summary>
    public static ByteString Bytes(byte[]? value, string field) =>
        UnsafeByteOperations.UnsafeWrap(value ?? throw new WireFieldException(field, "is null: bytes are required."));

    public static string ErrorName(ErrorCode code) => code.ToString();

    public static ErrorCode ErrorOf(string name, string field) => Enum.TryParse<ErrorCode>(name, out var code) && Enum.IsDefined(code)
        ? code
        : throw new WireFieldException(field, $"is '{name}': {string.Join(", ", Enum.GetNames<ErrorCode>())} are allowed.");

    public static int Ordinal(int value, int count, string field) => (uint)value < (uint)count
        ? value
        : throw new WireFieldException(field, $"is {value}: 0 to {count - 1} are allowed.");

    public static TMessage WriteNested<TRecord, TMessage>(TRecord? record, string field)
        where TRecord : class
        where TMessage : class, IMessage<TMessage>, new()
    {
        if (record is null)
        {
            throw new WireFieldException(field, "is null: a value is required.");
        }

        try
        {
            return RecordMapper<TRecord, TMessage>.Write(record);
        }
        catch (WireFieldException error) when (field.Length > 0)
        {
            throw error.Under(field);
        }
    }

    public static TRecord ReadNested<TMessage, TRecord>(TMessage? message, string field)
        where TRecord : class
        where TMessage : class, IMessage<TMessage>, new()
    {
        if (message is null)
        {
            throw new WireFieldException(field, "is absent: it is required.");
        }

        try
        {
            return RecordMapper<TRecord, TMessage>.Read(message);
        }
        catch (WireFieldException error) when (field.Length > 0)
        {
            throw error.Under(field);
        }
    }

    public static void Fill<TItem, TWire>(TItem[] source, RepeatedField<TWire> target, Func<TItem, string, TWire> convert, string field)
    {
        target.Capacity = source.Length;
        for (var i = 0; i < source.Length; i++)
        {
            try
            {
                target.Add(convert(source[i], ""));
            }
            catch (WireFieldException error)
            {
                throw error.Under($"[{i}]").Under(field);
            }
        }
    }

    public static TItem[] ToArray<TWire, TItem>(RepeatedField<TWire> source, Func<TWire, string, TItem> convert, string field)
    {
        var target = new TItem[source.Count];
        for (var i = 0; i < target.Length; i++)
        {
            try
            {
                target[i] = convert(source[i], "");
            }
            catch (WireFieldException error)
            {
                throw error.Under($"[{i}]").Under(field);
            }
        }

        return target;
    }

    public static void Fill<TValue>(Dictionary<string, TValue> source, MapField<string, TValue> target, string field)
    {
        foreach (var (key, value) in source)
        {
            target.Add(key, value is null ? throw new WireFieldException(field, $"holds null for '{key}': a value is required.") : value);
        }
    }

    public static Dictionary<string, TValue> ToDictionary<TValue>(MapField<string, TValue> source)
    {
        var target = new Dictionary<string, TValue>(source.Count);
        foreach (var (key, value) in source)
        {
            target.Add(key, value);
        }

        return target;
    }
}
