using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Serving.Scoring.Rows;

/// <summary>Makes one input of a model from columns. Numbers and texts may be missing, NaN and empty then; integers and truth values may not.</summary>
/// <param name="spec">The input.</param>
/// <param name="first">Place of its first column among those that are read.</param>
/// <param name="width">Columns that it takes.</param>
internal sealed class TensorInput(TensorSpec spec, int first, int width)
{
    /// <summary>As what the columns of an input are read.</summary>
    /// <exception cref="InvalidInputException">Datasets have no columns for its elements.</exception>
    public static ColumnType TypeOf(TensorSpec spec) => spec.Type switch
    {
        TensorType.Float32 or TensorType.Float64 => ColumnType.Double,
        TensorType.Int8 or TensorType.Int16 or TensorType.Int32 or TensorType.Int64
            or TensorType.UInt8 or TensorType.UInt16 or TensorType.UInt32 or TensorType.UInt64 => ColumnType.Int64,
        TensorType.Bool => ColumnType.Boolean,
        TensorType.Bytes => ColumnType.Text,
        _ => throw new InvalidInputException($"Input '{spec.Name}' takes {spec.Type}, for which datasets have no column.", "inputs"),
    };

    public EngineTensor Read(SourceRows rows, int from, int count)
    {
        var data = new ArrayBufferWriter<byte>(count * width * sizeof(double));
        for (var row = from; row < from + count; row++)
        {
            for (var column = first; column < first + width; column++)
            {
                Write(data, rows, row, column);
            }
        }

        long[] shape = spec.Shape.Length == 1 ? [count] : [count, width];
        return new EngineTensor(spec.Name, (ElementType)spec.Type, shape, data.WrittenMemory.ToArray());
    }

    private void Write(ArrayBufferWriter<byte> data, SourceRows rows, int row, int column)
    {
        switch (spec.Type)
        {
            case TensorType.Float32:
                BinaryPrimitives.WriteSingleLittleEndian(Next(data, sizeof(float)), Single(rows, row, column));
                break;
            case TensorType.Float64:
                BinaryPrimitives.WriteDoubleLittleEndian(Next(data, sizeof(double)), rows.Numbers(column)[row]);
                break;
            case TensorType.Bool:
                Next(data, 1)[0] = rows.Truths(column)[row] is { } truth ? (byte)(truth ? 1 : 0) : throw rows.Refuse(row, column, null, "true or false");
                break;
            case TensorType.Bytes:
                var text = rows.Texts(column)[row] ?? "";
                var length = Encoding.UTF8.GetByteCount(text);
                BinaryPrimitives.WriteUInt32LittleEndian(Next(data, sizeof(uint)), (uint)length);
                Encoding.UTF8.GetBytes(text, Next(data, length));
                break;
            default:
                WriteInteger(data, rows, row, column);
                break;
        }
    }

    private static float Single(SourceRows rows, int row, int column)
    {
        var value = rows.Numbers(column)[row];
        return double.IsFinite(value) && !float.IsFinite((float)value)
            ? throw rows.Refuse(row, column, value, "a number within the range of 32-bit floats")
            : (float)value;
    }

    private void WriteInteger(ArrayBufferWriter<byte> data, SourceRows rows, int row, int column)
    {
        var (size, least, most) = spec.Type switch
        {
            TensorType.Int8 => (1, sbyte.MinValue, sbyte.MaxValue),
            TensorType.Int16 => (2, short.MinValue, short.MaxValue),
            TensorType.Int32 => (4, int.MinValue, int.MaxValue),
            TensorType.UInt8 => (1, 0, byte.MaxValue),
            TensorType.UInt16 => (2, 0, ushort.MaxValue),
            TensorType.UInt32 => (4, 0, uint.MaxValue),
            TensorType.UInt64 => (8, 0, long.MaxValue),
            _ => (8, long.MinValue, long.MaxValue),
        };
        var value = rows.Integers(column)[row];
        if (value is not { } whole || whole < least || whole > most)
        {
            throw rows.Refuse(row, column, value, $"an integer from {least} to {most}");
        }

        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, whole);
        bytes[..size].CopyTo(Next(data, size));
    }

    private static Span<byte> Next(ArrayBufferWriter<byte> data, int size)
    {
        var span = data.GetSpan(size)[..size];
        data.Advance(size);
        return span;
    }
}
