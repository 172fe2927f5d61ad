using System.Buffers.Binary;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>How far outputs of two versions are from each other. Pure.</summary>
internal static class TensorDifference
{
    /// <summary>Compares outputs by name, in any order.</summary>
    /// <returns>The largest absolute difference of a number, infinite where shapes, types, texts or names differ, and whether any is beyond the tolerance.</returns>
    public static (double Largest, bool Differs) Of(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual, double tolerance)
    {
        var (largest, differs) = (0.0, false);
        foreach (var left in expected)
        {
            if (actual.FirstOrDefault(tensor => tensor.Name == left.Name) is not { } right || left.Type != right.Type || !left.Shape.AsSpan().SequenceEqual(right.Shape))
            {
                return (double.PositiveInfinity, true);
            }

            var (distance, beyond) = Of(left, right, tolerance);
            largest = Math.Max(largest, distance);
            differs |= beyond;
        }

        return (largest, differs);
    }

    private static (double Largest, bool Differs) Of(Tensor expected, Tensor actual, double tolerance)
    {
        if (expected.Data.Length != actual.Data.Length)
        {
            return (double.PositiveInfinity, true);
        }

        if (expected.Data.AsSpan().SequenceEqual(actual.Data))
        {
            return (0, false);
        }

        if (expected.Type is not (TensorType.Float16 or TensorType.BFloat16 or TensorType.Float32 or TensorType.Float64))
        {
            return (double.PositiveInfinity, true);
        }

        var (largest, differs) = (0.0, false);
        var size = Learning.Serving.ElementTypes.Size((Learning.Serving.ElementType)expected.Type);
        for (var at = 0; at + size <= expected.Data.Length; at += size)
        {
            var (left, right) = (Read(expected.Type, expected.Data.AsSpan(at)), Read(expected.Type, actual.Data.AsSpan(at)));
            if (left.Equals(right))
            {
                continue;
            }

            // No number is near an infinity or NaN, however wide the tolerance.
            var distance = double.IsFinite(left) && double.IsFinite(right) ? Math.Abs(left - right) : double.PositiveInfinity;
            largest = Math.Max(largest, distance);
            differs |= !(distance <= tolerance + (tolerance * Math.Abs(left)) && double.IsFinite(distance));
        }

        return (largest, differs);
    }

    private static double Read(TensorType type, ReadOnlySpan<byte> bytes) => type switch
    {
        TensorType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        TensorType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        TensorType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };
}
