using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>Turns JSON values into the raw bytes of one tensor, element by element.</summary>
internal sealed class ElementWriter(string tensor, TensorType type)
{
    private const int FirstCapacity = 64;

    private readonly int _size = TensorNames.Size(type);
    private byte[] _data = new byte[FirstCapacity];
    private int _length;

    /// <summary>Elements so far.</summary>
    public int Count { get; private set; }

    public byte[] ToArray() => _length == _data.Length ? _data : _data.AsSpan(0, _length).ToArray();

    /// <summary>Adds the value that the reader stands on; arrays are flattened.</summary>
    /// <exception cref="InvalidInputException">It is none of the type.</exception>
    public void AddAll(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Add(ref reader);
            return;
        }

        var depth = reader.CurrentDepth;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth))
        {
            if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
            {
                Add(ref reader);
            }
        }
    }

    /// <summary>Adds the single value that the reader stands on.</summary>
    /// <exception cref="InvalidInputException">It is none of the type.</exception>
    public void Add(ref Utf8JsonReader reader)
    {
        if (type == TensorType.Bytes)
        {
            AddText(ref reader);
            return;
        }

        var span = Room(_size);
        var fits = type switch
        {
            TensorType.Bool => Bool(ref reader, span),
            TensorType.Float32 => Float32(ref reader, span),
            TensorType.Float64 => Float64(ref reader, span),
            TensorType.Float16 or TensorType.BFloat16 => throw new InvalidInputException(
                $"Tensor '{tensor}' is {TensorNames.Of(type)}, which has no JSON form; send it as binary data.", tensor),
            _ => Whole(ref reader, span),
        };
        if (!fits)
        {
            throw new InvalidInputException($"Tensor '{tensor}' has the element {Shown(ref reader)} at {Count}; {TensorNames.Of(type)} is expected.", tensor);
        }

        _length += _size;
        Count++;
    }

    /// <summary>Adds bytes as one element of BYTES.</summary>
    public void AddBytes(ReadOnlySpan<byte> bytes)
    {
        var span = Room(sizeof(uint) + bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)bytes.Length);
        bytes.CopyTo(span[sizeof(uint)..]);
        _length += sizeof(uint) + bytes.Length;
        Count++;
    }

    private static bool Bool(ref Utf8JsonReader reader, Span<byte> span)
    {
        span[0] = reader.TokenType == JsonTokenType.True ? (byte)1 : (byte)0;
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False || (reader.TokenType == JsonTokenType.Number && reader.TryGetByte(out span[0]) && span[0] <= 1);
    }

    private static bool Float32(ref Utf8JsonReader reader, Span<byte> span)
    {
        var fits = reader.TokenType == JsonTokenType.Number ? reader.TryGetSingle(out var value) && float.IsFinite(value) : NonFinite.TryRead(ref reader, out value);
        BinaryPrimitives.WriteSingleLittleEndian(span, value);
        return fits;
    }

    private static bool Float64(ref Utf8JsonReader reader, Span<byte> span)
    {
        double value;
        var fits = reader.TokenType == JsonTokenType.Number ? reader.TryGetDouble(out value) && double.IsFinite(value) : NonFinite.TryRead(ref reader, out value);
        BinaryPrimitives.WriteDoubleLittleEndian(span, value);
        return fits;
    }

    private bool Whole(ref Utf8JsonReader reader, Span<byte> span)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            return false;
        }

        bool fits;
        switch (type)
        {
            case TensorType.Int8:
                fits = reader.TryGetSByte(out var int8);
                span[0] = (byte)int8;
                return fits;
            case TensorType.Int16:
                fits = reader.TryGetInt16(out var int16);
                BinaryPrimitives.WriteInt16LittleEndian(span, int16);
                return fits;
            case TensorType.Int32:
                fits = reader.TryGetInt32(out var int32);
                BinaryPrimitives.WriteInt32LittleEndian(span, int32);
                return fits;
            case TensorType.Int64:
                fits = reader.TryGetInt64(out var int64);
                BinaryPrimitives.WriteInt64LittleEndian(span, int64);
                return fits;
            case TensorType.UInt8:
                return reader.TryGetByte(out span[0]);
            case TensorType.UInt16:
                fits = reader.TryGetUInt16(out var uint16);
                BinaryPrimitives.WriteUInt16LittleEndian(span, uint16);
                return fits;
            case TensorType.UInt32:
                fits = reader.TryGetUInt32(out var uint32);
                BinaryPrimitives.WriteUInt32LittleEndian(span, uint32);
                return fits;
            default:
                fits = reader.TryGetUInt64(out var uint64);
                BinaryPrimitives.WriteUInt64LittleEndian(span, uint64);
                return fits;
        }
    }

    private void AddText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new InvalidInputException($"Tensor '{tensor}' has the element {Shown(ref reader)} at {Count}; a text is expected for BYTES.", tensor);
        }

        var most = reader.HasValueSequence ? (int)reader.ValueSequence.Length : reader.ValueSpan.Length;
        var span = Room(sizeof(uint) + most);
        int written;
        try
        {
            written = reader.CopyString(span[sizeof(uint)..]);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidInputException($"Tensor '{tensor}' has a text at {Count} that is not well-formed UTF-8.", tensor);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)written);
        _length += sizeof(uint) + written;
        Count++;
    }

    private Span<byte> Room(int needed)
    {
        if (_data.Length - _length < needed)
        {
            Array.Resize(ref _data, checked((int)Math.Min(Array.MaxLength, Math.Max(_data.Length * 2L, (long)_length + needed))));
        }

        return _data.AsSpan(_length, _data.Length - _length);
    }

    private static string Shown(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "{...}",
        JsonTokenType.StartArray => "[...]",
        JsonTokenType.Null => "null",
        _ => reader.ValueSpan.Length > 64 ? "of more than 64 characters" : $"{Encoding.UTF8.GetString(reader.ValueSpan)}",
    };
}
