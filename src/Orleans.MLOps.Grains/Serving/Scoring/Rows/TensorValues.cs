using System.Buffers.Binary;
using System.Text;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Serving.Scoring.Rows;

/// <summary>Collects what a model gives for one output, column by column.</summary>
internal sealed class TensorValues
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly TensorOutput _output;
    private readonly Array[] _columns;

    public TensorValues(TensorOutput output, TensorType type, int rows)
    {
        _output = output;
        _columns =
        [
            .. output.Columns.Select(Array (_) => type switch
            {
                TensorType.Float16 or TensorType.BFloat16 or TensorType.Float32 or TensorType.Float64 => new double?[rows],
                TensorType.Bool => new bool?[rows],
                TensorType.Bytes => new string?[rows],
                _ => new long?[rows],
            }),
        ];
    }

    /// <summary>Takes the values of some rows.</summary>
    /// <exception cref="FailedPreconditionException">They are not as many as the model says, or a text is not UTF-8, or an integer has no place in a dataset.</exception>
    public void Add(in EngineTensor tensor, int from, int count)
    {
        long values = 1;
        foreach (var dimension in tensor.Shape)
        {
            values *= dimension;
        }

        if (tensor.Shape is not [var rows, ..] || rows != count || values != (long)count * _columns.Length)
        {
            throw new FailedPreconditionException(
                $"Output '{tensor.Name}' has the shape [{string.Join(", ", tensor.Shape)}] for {count} rows; {count} times {_columns.Length} values are needed.", "outputs");
        }

        var rest = tensor.Data.Span;
        for (var row = from; row < from + count; row++)
        {
            foreach (var column in _columns)
            {
                Take(column, row, tensor, ref rest);
            }
        }
    }

    public IEnumerable<ParquetColumn> ToColumns() => _columns.Zip(_output.Columns, (values, name) => values switch
    {
        double?[] numbers => ParquetColumn.Numbers(name, numbers),
        bool?[] truths => ParquetColumn.Booleans(name, truths),
        long?[] integers => ParquetColumn.Integers(name, integers),
        _ => ParquetColumn.Texts(name, (string?[])values),
    });

    private static void Take(Array column, int row, in EngineTensor tensor, ref ReadOnlySpan<byte> rest)
    {
        switch (column)
        {
            case double?[] numbers:
                numbers[row] = Number(tensor.Type, Next(ref rest, tensor.Type.Size()));
                break;
            case bool?[] truths:
                truths[row] = Next(ref rest, 1)[0] != 0;
                break;
            case long?[] integers:
                integers[row] = Integer(tensor, Next(ref rest, tensor.Type.Size()));
                break;
            case string?[] texts:
                texts[row] = Text(tensor.Name, Next(ref rest, (int)BinaryPrimitives.ReadUInt32LittleEndian(Next(ref rest, sizeof(uint)))));
                break;
        }
    }

    private static double Number(ElementType type, ReadOnlySpan<byte> bytes) => type switch
    {
        ElementType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ElementType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        _ => BinaryPrimitives.ReadSingleLittleEndian(bytes),
    };

    private static long Integer(in EngineTensor tensor, ReadOnlySpan<byte> bytes) => tensor.Type switch
    {
        ElementType.Int8 => (sbyte)bytes[0],
        ElementType.UInt8 => bytes[0],
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes) is <= long.MaxValue and var value
            ? (long)value
            : throw new FailedPreconditionException($"Output '{tensor.Name}' gives an integer beyond {long.MaxValue}, which datasets do not hold.", "outputs"),
    };

    private static string Text(string output, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new FailedPreconditionException($"Output '{output}' gives bytes that are no UTF-8 text, which datasets do not hold.", "outputs", error);
        }
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest, int size)
    {
        var next = rest[..size];
        rest = rest[size..];
        return next;
    }
}
