using System.Buffers.Binary;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>What must hold of a tensor before its memory is given to native code.</summary>
internal static class EngineTensors
{
    /// <summary>Checks that shape and data agree.</summary>
    /// <returns>Number of elements.</returns>
    /// <exception cref="ArgumentException">
    /// Name or shape are missing, a dimension is negative, the data does not fill the shape exactly or holds truth values other than 0 and 1.
    /// </exception>
    public static long Require(in EngineTensor tensor)
    {
        if (tensor.Name is null)
            throw new ArgumentException("An input has no name.");
        if (tensor.Shape is null)
            throw new ArgumentException($"'{tensor.Name}' has no shape.");
        var count = Count(tensor);
        if (tensor.Type == ElementType.Bytes)
            RequireTexts(tensor, count);
        else if ((UInt128)count * (uint)tensor.Type.Size() != (uint)tensor.Data.Length)
            throw Misfit(tensor, $"{(UInt128)count * (uint)tensor.Type.Size()} bytes");
        // Compiled loops count truth values by adding them up.
        if (tensor.Type == ElementType.Bool && tensor.Data.Span.ContainsAnyExceptInRange((byte)0, (byte)1))
            throw new ArgumentException($"'{tensor.Name}' has truth values other than 0 and 1.");
        return count;
    }

    private static long Count(in EngineTensor tensor)
    {
        var count = 1L;
        var empty = false;
        foreach (var dimension in tensor.Shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, tensor.Name);
            empty |= dimension == 0;
            // No data can fill a count beyond this one, so it need not grow further to be refused.
            count = Math.BigMul(count, dimension, out var low) == 0 && low >= 0 ? low : long.MaxValue;
        }

        return empty ? 0 : count;
    }

    private static void RequireTexts(in EngineTensor tensor, long count)
    {
        var rest = tensor.Data.Span;
        var found = 0L;
        while (!rest.IsEmpty)
        {
            if (!BinaryPrimitives.TryReadUInt32LittleEndian(rest, out var length) || length > rest.Length - sizeof(uint))
                throw new ArgumentException($"'{tensor.Name}' has an element {found} that is longer than the rest of the data.");
            rest = rest[(sizeof(uint) + (int)length)..];
            found++;
        }

        if (found != count)
            throw Misfit(tensor, $"{count} elements, not {found}");
    }

    private static ArgumentException Misfit(in EngineTensor tensor, string needed) =>
        new($"'{tensor.Name}' has {tensor.Data.Length} bytes; its shape [{string.Join(", ", tensor.Shape)}] needs {needed}.");
}
