using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Serving.Typed;

/// <summary>Elements of tensors as values of .NET.</summary>
internal static class TensorElements
{
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="InvalidInputException">No tensor has such elements.</exception>
    public static TensorType TypeOf<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? TensorType.Float32
        : typeof(T) == typeof(double) ? TensorType.Float64
        : typeof(T) == typeof(Half) ? TensorType.Float16
        : typeof(T) == typeof(long) ? TensorType.Int64
        : typeof(T) == typeof(int) ? TensorType.Int32
        : typeof(T) == typeof(short) ? TensorType.Int16
        : typeof(T) == typeof(sbyte) ? TensorType.Int8
        : typeof(T) == typeof(ulong) ? TensorType.UInt64
        : typeof(T) == typeof(uint) ? TensorType.UInt32
        : typeof(T) == typeof(ushort) ? TensorType.UInt16
        : typeof(T) == typeof(byte) ? TensorType.UInt8
        : typeof(T) == typeof(bool) ? TensorType.Bool
        : throw new InvalidInputException($"{typeof(T)} is no type of a tensor's elements; numbers of 8 to 64 bits, Half and bool are.");

    /// <summary>The elements as values of a type that holds each of them exactly.</summary>
    /// <exception cref="InvalidInputException">The type does not hold every value of the tensor's.</exception>
    public static T[] Read<T>(Tensor tensor)
        where T : unmanaged
    {
        var wanted = TypeOf<T>();
        if (tensor.Type == wanted)
        {
            return MemoryMarshal.Cast<byte, T>(tensor.Data).ToArray();
        }

        return Holds(wanted, tensor.Type)
            ? (T[])Widen(tensor, wanted)
            : throw new InvalidInputException($"Output '{tensor.Name}' is {tensor.Type}; a property of type {typeof(T).Name} does not hold all of its values.", tensor.Name);
    }

    /// <exception cref="InvalidInputException">The tensor has no texts.</exception>
    public static string[] ReadTexts(Tensor tensor)
    {
        if (tensor.Type != TensorType.Bytes)
        {
            throw new InvalidInputException($"Output '{tensor.Name}' is {tensor.Type}; a property of type String holds Bytes only.", tensor.Name);
        }

        var texts = new List<string>();
        var rest = tensor.Data.AsSpan();
        while (!rest.IsEmpty)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest);
            try
            {
                texts.Add(Utf8.GetString(rest.Slice(sizeof(uint), length)));
            }
            catch (DecoderFallbackException error)
            {
                throw new InvalidInputException($"Output '{tensor.Name}' has an element {texts.Count} that is not UTF-8; ask for tensors to get its bytes.", tensor.Name, error);
            }

            rest = rest[(sizeof(uint) + length)..];
        }

        return [.. texts];
    }

    private static bool Holds(TensorType wanted, TensorType given)
    {
        var (wantedKind, wantedBits) = Digits(wanted);
        var (givenKind, givenBits) = Digits(given);
        return (wantedKind, givenKind) switch
        {
            ('f', 'f' or 'i' or 'u') or ('i', 'i') or ('u', 'u') => wantedBits >= givenBits && wanted is not (TensorType.Float16 or TensorType.BFloat16),
            ('i', 'u') => wantedBits > givenBits,
            _ => false,
        };
    }

    /// <summary>What a type counts exactly: its kind, and the bits of its digits.</summary>
    private static (char Kind, int Bits) Digits(TensorType type) => type switch
    {
        TensorType.Float64 => ('f', 53),
        TensorType.Float32 => ('f', 24),
        TensorType.Float16 => ('f', 11),
        TensorType.BFloat16 => ('f', 8),
        TensorType.Int64 => ('i', 64),
        TensorType.Int32 => ('i', 32),
        TensorType.Int16 => ('i', 16),
        TensorType.Int8 => ('i', 8),
        TensorType.UInt64 => ('u', 64),
        TensorType.UInt32 => ('u', 32),
        TensorType.UInt16 => ('u', 16),
        TensorType.UInt8 => ('u', 8),
        _ => ('-', 0),
    };

    private static Array Widen(Tensor tensor, TensorType wanted) => wanted switch
    {
        TensorType.Float64 => Widen<double>(tensor),
        TensorType.Float32 => Widen<float>(tensor),
        TensorType.Int64 => Widen<long>(tensor),
        TensorType.Int32 => Widen<int>(tensor),
        TensorType.Int16 => Widen<short>(tensor),
        TensorType.UInt64 => Widen<ulong>(tensor),
        TensorType.UInt32 => Widen<uint>(tensor),
        _ => Widen<ushort>(tensor),
    };

    private static TWide[] Widen<TWide>(Tensor tensor)
        where TWide : INumber<TWide> => tensor.Type switch
        {
            TensorType.Float32 => Convert<float, TWide>(tensor),
            TensorType.Float16 => Convert<Half, TWide>(tensor),
            TensorType.BFloat16 => Array.ConvertAll(
                MemoryMarshal.Cast<byte, ushort>(tensor.Data).ToArray(), upper => TWide.CreateChecked(BitConverter.UInt32BitsToSingle((uint)upper << 16))),
            TensorType.Int32 => Convert<int, TWide>(tensor),
            TensorType.Int16 => Convert<short, TWide>(tensor),
            TensorType.Int8 => Convert<sbyte, TWide>(tensor),
            TensorType.UInt32 => Convert<uint, TWide>(tensor),
            TensorType.UInt16 => Convert<ushort, TWide>(tensor),
            _ => Convert<byte, TWide>(tensor),
        };

    private static TWide[] Convert<TNarrow, TWide>(Tensor tensor)
        where TNarrow : unmanaged, INumber<TNarrow>
        where TWide : INumber<TWide> => Array.ConvertAll(MemoryMarshal.Cast<byte, TNarrow>(tensor.Data).ToArray(), TWide.CreateChecked);
}
