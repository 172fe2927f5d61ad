namespace Orleans.MLOps.Learning.Serving;

/// <summary>A dense tensor as engines take and give it.</summary>
/// <param name="Name">Name of the input or output.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its dimensions, each 0 or more.</param>
/// <param name="Data">Its elements, row-major and little-endian, without padding; see <see cref="ElementType.Bytes"/> for texts.</param>
public readonly record struct EngineTensor(string Name, ElementType Type, long[] Shape, ReadOnlyMemory<byte> Data);
