using System.Buffers.Binary;
using Google.Protobuf;
using Orleans.MLOps.Gateway.Serving.OpenInference.Wire;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.OpenInference;

/// <summary>Tensors whose elements travel as typed fields instead of raw bytes.</summary>
internal static class TypedContents
{
    /// <summary>The raw bytes of typed contents.</summary>
    /// <exception cref="InvalidInputException">Another field than that of the type is filled, a number is out of range, or the type has no field.</exception>
    public static byte[] ToData(string tensor, TensorType type, InferTensorContents contents)
    {
        var given = contents.BoolContents.Count + contents.IntContents.Count + contents.Int64Contents.Count + contents.UintContents.Count
            + contents.Uint64Contents.Count + contents.Fp32Contents.Count + contents.Fp64Contents.Count + contents.BytesContents.Count;
        switch (type)
        {
            case TensorType.Bool:
                return Data(tensor, contents.BoolContents, given, 1, static (span, value) => span[0] = value ? (byte)1 : (byte)0);
            case TensorType.Int8:
                return Data(tensor, contents.IntContents, given, 1, (span, value) => span[0] = (byte)InRange(tensor, value, sbyte.MinValue, sbyte.MaxValue));
            case TensorType.Int16:
                return Data(tensor, contents.IntContents, given, 2, (span, value) => BinaryPrimitives.WriteInt16LittleEndian(span, (short)InRange(tensor, value, short.MinValue, short.MaxValue)));
            case TensorType.Int32:
                return Data(tensor, contents.IntContents, given, 4, BinaryPrimitives.WriteInt32LittleEndian);
            case TensorType.Int64:
                return Data(tensor, contents.Int64Contents, given, 8, BinaryPrimitives.WriteInt64LittleEndian);
            case TensorType.UInt8:
                return Data(tensor, contents.UintContents, given, 1, (span, value) => span[0] = (byte)InRange(tensor, value, 0, byte.MaxValue));
            case TensorType.UInt16:
                return Data(tensor, contents.UintContents, given, 2, (span, value) => BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)InRange(tensor, value, 0, ushort.MaxValue)));
            case TensorType.UInt32:
                return Data(tensor, contents.UintContents, given, 4, BinaryPrimitives.WriteUInt32LittleEndian);
            case TensorType.UInt64:
                return Data(tensor, contents.Uint64Contents, given, 8, BinaryPrimitives.WriteUInt64LittleEndian);
            case TensorType.Float32:
                return Data(tensor, contents.Fp32Contents, given, 4, BinaryPrimitives.WriteSingleLittleEndian);
            case TensorType.Float64:
                return Data(tensor, contents.Fp64Contents, given, 8, BinaryPrimitives.WriteDoubleLittleEndian);
            case TensorType.Bytes:
                return Texts(tensor, contents.BytesContents, given);
            default:
                throw new InvalidInputException($"Input '{tensor}' is {TensorNames.Of(type)}, which has no typed contents; send it in raw_input_contents.", tensor);
        }
    }

    /// <summary>An output as typed contents; null when its type has none and it must travel raw.</summary>
    public static InferTensorContents? Of(Tensor tensor)
    {
        var contents = new InferTensorContents();
        var data = tensor.Data.AsSpan();
        var size = TensorNames.Size(tensor.Type);
        if (tensor.Type is TensorType.Float16 or TensorType.BFloat16)
        {
            return null;
        }

        if (tensor.Type == TensorType.Bytes)
        {
            while (!data.IsEmpty)
            {
                var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(data);
                contents.BytesContents.Add(ByteString.CopyFrom(data.Slice(sizeof(uint), length)));
                data = data[(sizeof(uint) + length)..];
            }

            return contents;
        }

        for (; !data.IsEmpty; data = data[size..])
        {
            switch (tensor.Type)
            {
                case TensorType.Bool:
                    contents.BoolContents.Add(data[0] != 0);
                    break;
                case TensorType.Int8:
                    contents.IntContents.Add((sbyte)data[0]);
                    break;
                case TensorType.Int16:
                    contents.IntContents.Add(BinaryPrimitives.ReadInt16LittleEndian(data));
                    break;
                case TensorType.Int32:
                    contents.IntContents.Add(BinaryPrimitives.ReadInt32LittleEndian(data));
                    break;
                case TensorType.Int64:
                    contents.Int64Contents.Add(BinaryPrimitives.ReadInt64LittleEndian(data));
                    break;
                case TensorType.UInt8:
                    contents.UintContents.Add(data[0]);
                    break;
                case TensorType.UInt16:
                    contents.UintContents.Add(BinaryPrimitives.ReadUInt16LittleEndian(data));
                    break;
                case TensorType.UInt32:
                    contents.UintContents.Add(BinaryPrimitives.ReadUInt32LittleEndian(data));
                    break;
                case TensorType.UInt64:
                    contents.Uint64Contents.Add(BinaryPrimitives.ReadUInt64LittleEndian(data));
                    break;
                case TensorType.Float32:
                    contents.Fp32Contents.Add(BinaryPrimitives.ReadSingleLittleEndian(data));
                    break;
                default:
                    contents.Fp64Contents.Add(BinaryPrimitives.ReadDoubleLittleEndian(data));
                    break;
            }
        }

        return contents;
    }

    private delegate void Writer<T>(Span<byte> span, T value);

    private static byte[] Data<T>(string tensor, IReadOnlyList<T> values, int given, int size, Writer<T> write)
    {
        RequireOwn(tensor, values.Count, given);
        var data = new byte[values.Count * size];
        for (var i = 0; i < values.Count; i++)
        {
            write(data.AsSpan(i * size), values[i]);
        }

        return data;
    }

    private static byte[] Texts(string tensor, Google.Protobuf.Collections.RepeatedField<ByteString> values, int given)
    {
        RequireOwn(tensor, values.Count, given);
        var data = new byte[values.Sum(value => sizeof(uint) + value.Length)];
        var rest = data.AsSpan();
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)value.Length);
            value.Span.CopyTo(rest[sizeof(uint)..]);
            rest = rest[(sizeof(uint) + value.Length)..];
        }

        return data;
    }

    private static void RequireOwn(string tensor, int own, int given)
    {
        if (own != given)
        {
            throw new InvalidInputException($"Input '{tensor}' has {given - own} elements in other fields of its contents than that of its datatype.", tensor);
        }
    }

    private static long InRange(string tensor, long value, long least, long most) => value >= least && value <= most
        ? value
        : throw new InvalidInputException($"Input '{tensor}' has the element {value}; its datatype takes {least} to {most}.", tensor);
}
