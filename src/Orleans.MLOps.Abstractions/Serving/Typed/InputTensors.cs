using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Serving.Typed;

/// <summary>Makes tensors of the values of rows; what is generated for <see cref="ModelInputAttribute"/> calls it.</summary>
public static class InputTensors
{
    /// <summary>A tensor of shape [rows].</summary>
    /// <param name="name">The input.</param>
    /// <param name="values">One a row.</param>
    /// <typeparam name="T">A number of 8 to 64 bits, <see cref="Half"/> or bool; it is the tensor's type.</typeparam>
    public static Tensor Numbers<T>(string name, T[] values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        return new() { Name = name, Type = TensorElements.TypeOf<T>(), Shape = [values.Length], Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
    }

    /// <summary>A tensor of shape [rows, length].</summary>
    /// <param name="name">The input.</param>
    /// <param name="rows">One a row, all of one length.</param>
    /// <typeparam name="T">A number of 8 to 64 bits, <see cref="Half"/> or bool; it is the tensor's type.</typeparam>
    /// <exception cref="InvalidInputException">A row has another length than the first, or all of them are longer than an array can be.</exception>
    public static Tensor NumberRows<T>(string name, ReadOnlyMemory<T>[] rows)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(rows);
        var length = Length(name, rows);
        var data = new byte[ByteCount<T>(name, rows.Length, length)];
        var rest = data.AsSpan();
        foreach (var row in rows)
        {
            var bytes = MemoryMarshal.AsBytes(row.Span);
            bytes.CopyTo(rest);
            rest = rest[bytes.Length..];
        }

        return new() { Name = name, Type = TensorElements.TypeOf<T>(), Shape = [rows.Length, length], Data = data };
    }

    /// <summary>A tensor of texts as UTF-8, of shape [rows].</summary>
    /// <param name="name">The input.</param>
    /// <param name="values">One a row; none is null.</param>
    /// <exception cref="InvalidInputException">A text is null or is not Unicode.</exception>
    public static Tensor Texts(string name, string[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new() { Name = name, Type = TensorType.Bytes, Shape = [values.Length], Data = ToBytes(name, values, 1) };
    }

    /// <summary>A tensor of texts as UTF-8, of shape [rows, length].</summary>
    /// <param name="name">The input.</param>
    /// <param name="rows">One a row, all of one length; no text is null.</param>
    /// <exception cref="InvalidInputException">A row has another length than the first, or a text is null or is not Unicode.</exception>
    public static Tensor TextRows(string name, ReadOnlyMemory<string>[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var length = Length(name, rows);
        string[] values = [.. rows.SelectMany(row => row.ToArray())];
        return new() { Name = name, Type = TensorType.Bytes, Shape = [rows.Length, length], Data = ToBytes(name, values, length) };
    }

    private static int Length<T>(string name, ReadOnlyMemory<T>[] rows)
    {
        var length = rows.Length == 0 ? 0 : rows[0].Length;
        var other = Array.FindIndex(rows, row => row.Length != length);
        return other < 0
            ? length
            : throw new InvalidInputException($"'{name}' of row {other} has {rows[other].Length} values, that of row 0 {length}; all rows need the same number.", name);
    }

    private static int ByteCount<T>(string name, int rows, int length)
        where T : unmanaged
    {
        var count = (long)rows * length * Unsafe.SizeOf<T>();
        return count <= Array.MaxLength
            ? (int)count
            : throw new InvalidInputException($"'{name}' of {rows} rows of {length} values takes {count} bytes; {Array.MaxLength} are allowed in one request.", name);
    }

    private static byte[] ToBytes(string name, string[] texts, int length)
    {
        using var data = new MemoryStream();
        Span<byte> head = stackalloc byte[sizeof(uint)];
        for (var i = 0; i < texts.Length; i++)
        {
            byte[] bytes;
            try
            {
                bytes = TensorElements.Utf8.GetBytes(texts[i] ?? throw new InvalidInputException($"'{name}' of row {i / length} is null; tensors have no missing values.", name));
            }
            catch (EncoderFallbackException error)
            {
                throw new InvalidInputException($"'{name}' of row {i / length} holds half of a surrogate pair, which UTF-8 cannot write.", name, error);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)bytes.Length);
            data.Write(head);
            data.Write(bytes);
        }

        return data.ToArray();
    }
}
