using System.Buffers.Binary;
using Google.Protobuf.Collections;
using Orleans.MLOps.Client.Experiments.TensorBoard.Format;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Tensors that hold one number.</summary>
internal static class TensorScalar
{
    /// <summary>The tensor's only number, or null when it holds several, none, or something else.</summary>
    public static double? Read(Tensor tensor)
    {
        if (tensor.TensorShape is { } shape && (shape.UnknownRank || shape.Dim.Any(dimension => dimension.Size != 1)))
        {
            return null;
        }

        return tensor.TensorContent.IsEmpty ? FromList(tensor) : FromContent(tensor.Dtype, tensor.TensorContent.Span);
    }

    private static double? FromList(Tensor tensor) => tensor.Dtype switch
    {
        ElementType.Float => One(tensor.FloatVal, static number => number),
        ElementType.Double => One(tensor.DoubleVal, static number => number),
        ElementType.Int32 or ElementType.Int16 or ElementType.Int8 or ElementType.Uint8 or ElementType.Uint16 => One(tensor.IntVal, static number => number),
        ElementType.Int64 => One(tensor.Int64Val, static number => number),
        ElementType.Uint32 => One(tensor.Uint32Val, static number => number),
        ElementType.Uint64 => One(tensor.Uint64Val, static number => number),
        ElementType.Bool => One(tensor.BoolVal, static number => number ? 1 : 0),
        ElementType.Half => One(tensor.HalfVal, static bits => Half((ushort)bits)),
        ElementType.Bfloat16 => One(tensor.HalfVal, static bits => Bfloat16((ushort)bits)),
        _ => null,
    };

    /// <summary>Writers may leave out trailing zeros.</summary>
    private static double? One<T>(RepeatedField<T> numbers, Func<T, double> convert) => numbers.Count switch
    {
        0 => 0,
        1 => convert(numbers[0]),
        _ => null,
    };

    private static double? FromContent(ElementType type, ReadOnlySpan<byte> content) => (type, content.Length) switch
    {
        (ElementType.Float, 4) => BinaryPrimitives.ReadSingleLittleEndian(content),
        (ElementType.Double, 8) => BinaryPrimitives.ReadDoubleLittleEndian(content),
        (ElementType.Int32, 4) => BinaryPrimitives.ReadInt32LittleEndian(content),
        (ElementType.Int16, 2) => BinaryPrimitives.ReadInt16LittleEndian(content),
        (ElementType.Int8, 1) => (sbyte)content[0],
        (ElementType.Uint8, 1) => content[0],
        (ElementType.Uint16, 2) => BinaryPrimitives.ReadUInt16LittleEndian(content),
        (ElementType.Int64, 8) => BinaryPrimitives.ReadInt64LittleEndian(content),
        (ElementType.Uint32, 4) => BinaryPrimitives.ReadUInt32LittleEndian(content),
        (ElementType.Uint64, 8) => BinaryPrimitives.ReadUInt64LittleEndian(content),
        (ElementType.Bool, 1) => content[0] == 0 ? 0 : 1,
        (ElementType.Half, 2) => Half(BinaryPrimitives.ReadUInt16LittleEndian(content)),
        (ElementType.Bfloat16, 2) => Bfloat16(BinaryPrimitives.ReadUInt16LittleEndian(content)),
        _ => null,
    };

    private static double Half(ushort bits) => (double)BitConverter.UInt16BitsToHalf(bits);

    private static double Bfloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
