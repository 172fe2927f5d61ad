using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>Elements of tensors as JSON values.</summary>
internal static class TensorJson
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes all elements as values, without brackets.</summary>
    /// <exception cref="InvalidInputException">The type, or a text, has no JSON form.</exception>
    public static void WriteElements(Utf8JsonWriter writer, Tensor tensor)
    {
        ReadOnlySpan<byte> data = tensor.Data;
        while (!data.IsEmpty)
        {
            data = WriteElement(writer, tensor, data);
        }
    }

    /// <summary>Writes the first element and gives the rest.</summary>
    /// <exception cref="InvalidInputException">The type, or the text, has no JSON form.</exception>
    public static ReadOnlySpan<byte> WriteElement(Utf8JsonWriter writer, Tensor tensor, ReadOnlySpan<byte> data)
    {
        switch (tensor.Type)
        {
            case TensorType.Bool:
                writer.WriteBooleanValue(data[0] != 0);
                return data[1..];
            case TensorType.UInt8:
                writer.WriteNumberValue(data[0]);
                return data[1..];
            case TensorType.Int8:
                writer.WriteNumberValue((sbyte)data[0]);
                return data[1..];
            case TensorType.UInt16:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt16LittleEndian(data));
                return data[2..];
            case TensorType.Int16:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt16LittleEndian(data));
                return data[2..];
            case TensorType.UInt32:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt32LittleEndian(data));
                return data[4..];
            case TensorType.Int32:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt32LittleEndian(data));
                return data[4..];
            case TensorType.UInt64:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt64LittleEndian(data));
                return data[8..];
            case TensorType.Int64:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt64LittleEndian(data));
                return data[8..];
            case TensorType.Float32:
                NonFinite.Write(writer, BinaryPrimitives.ReadSingleLittleEndian(data));
                return data[4..];
            case TensorType.Float64:
                NonFinite.Write(writer, BinaryPrimitives.ReadDoubleLittleEndian(data));
                return data[8..];
            case TensorType.Bytes:
                var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(data);
                WriteText(writer, tensor, data.Slice(sizeof(uint), length));
                return data[(sizeof(uint) + length)..];
            default:
                throw new InvalidInputException($"Output '{tensor.Name}' is {TensorNames.Of(tensor.Type)}, which has no JSON form; ask for it as binary data.", tensor.Name);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, Tensor tensor, ReadOnlySpan<byte> text)
    {
        try
        {
            writer.WriteStringValue(Strict.GetString(text));
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidInputException($"Output '{tensor.Name}' has bytes that are not UTF-8, which have no JSON form; ask for it as binary data.", tensor.Name);
        }
    }
}
