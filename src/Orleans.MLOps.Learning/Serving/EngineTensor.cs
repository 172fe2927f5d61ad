using System.Runtime.InteropServices;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>A dense tensor as engines take and give it.</summary>
/// <param name="Name">Name of the input or output.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its dimensions, each 0 or more.</param>
/// <param name="Data">Its elements, row-major and little-endian, without padding; see <see cref="ElementType.Bytes"/> for texts.</param>
public readonly record struct EngineTensor(string Name, ElementType Type, long[] Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>The elements as an array: the one that they fill where there is one, otherwise a copy.</summary>
    public byte[] AsArray() => MemoryMarshal.TryGetArray(Data, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
        ? segment.Array
        : Data.ToArray();
}
