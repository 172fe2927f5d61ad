using System.Buffers.Binary;
using System.Diagnostics;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// Finds out by trial whether requests may share a call of a model: whether rows that go together get what each gets alone. A first dimension
/// of any length may also be time, or a set that the model looks at as a whole; no file says which.
/// </summary>
/// <param name="Independent">Rows along the first dimension of all inputs and outputs do not see each other.</param>
/// <param name="RunTime">What one small call took, the fastest of some; zero when none worked.</param>
public readonly record struct RowIndependence(bool Independent, TimeSpan RunTime)
{
    private const int Trials = 8;
    private const double Tolerance = 1e-4;
    private const int InTime = 1, Late = 2;

    /// <summary>Tries an engine; it also warms it up.</summary>
    /// <param name="engine">The engine; its inputs are small numbers, dimensions of any length have length 1.</param>
    /// <param name="limit">So long all trials together may take.</param>
    /// <returns>What was found; an engine that takes none of this is taken as one whose rows depend on each other.</returns>
    /// <exception cref="InvalidDataException">The model did not end in time; the engine is of no use any more.</exception>
    public static RowIndependence Of(IModelEngine engine, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var end = 0;
        using var timer = new Timer(
            _ =>
            {
                if (Interlocked.CompareExchange(ref end, Late, 0) != 0)
                    return;
                try
                {
                    engine.Interrupt();
                }
                catch (ObjectDisposedException)
                {
                    // The trials ended in this moment, and their caller has given the engine up.
                }
            },
            null, limit, Timeout.InfiniteTimeSpan);
        var found = Try(engine);
        return Interlocked.CompareExchange(ref end, InTime, 0) == Late
            ? throw new InvalidDataException($"calls with inputs of the smallest shape did not end within {limit.TotalSeconds:0.###} s.")
            : found;
    }

    private static RowIndependence Try(IModelEngine engine)
    {
        var fastest = TimeSpan.MaxValue;
        try
        {
            var inputs = engine.Inputs.Where(input => !input.Optional).ToArray();
            if (inputs.Length == 0 || inputs.Any(input => !IsRows(input)) || engine.Outputs.Any(output => !IsRows(output)) || engine.Inputs.Count != inputs.Length)
            {
                var alone = Array.ConvertAll(inputs, input => Sample(input, 1, 0));
                return new(false, Run(engine, alone, ref fastest) is null ? TimeSpan.Zero : fastest);
            }

            var first = Array.ConvertAll(inputs, input => Sample(input, 1, 1));
            var second = Array.ConvertAll(inputs, input => Sample(input, 1, 2));
            var together = first.Zip(second, (a, b) => a with { Shape = [2, .. a.Shape[1..]], Data = (byte[])[.. a.Data.Span, .. b.Data.Span] }).ToArray();
            var (one, two, both) = (Run(engine, first, ref fastest), Run(engine, second, ref fastest), Run(engine, together, ref fastest));
            var independent = Enumerable.Range(0, both.Length).All(i =>
                both[i].Shape is [2, ..] && one[i].Shape is [1, ..] && two[i].Shape is [1, ..]
                && Same(both[i], (byte[])[.. one[i].Data.Span, .. two[i].Data.Span]));
            return new(independent, fastest);
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            return new(false, fastest == TimeSpan.MaxValue ? TimeSpan.Zero : fastest);
        }
    }

    private static bool IsRows(EngineTensorSpec spec) => spec.Shape.Count > 0 && spec.Shape[0] < 0;

    private static EngineTensor[] Run(IModelEngine engine, EngineTensor[] inputs, ref TimeSpan fastest)
    {
        EngineTensor[] outputs = [];
        for (var trial = 0; trial < Trials; trial++)
        {
            var started = Stopwatch.GetTimestamp();
            outputs = engine.Run(inputs, []);
            var taken = Stopwatch.GetElapsedTime(started);
            fastest = taken < fastest ? taken : fastest;
            if (taken > TimeSpan.FromMilliseconds(20))
                break;
        }

        return outputs;
    }

    /// <summary>Small numbers that differ from element to element and from seed to seed; whole ones are 0 or 1, which every vocabulary has.</summary>
    private static EngineTensor Sample(EngineTensorSpec spec, long rows, int seed)
    {
        long[] shape = [.. spec.Shape.Select((dimension, axis) => axis == 0 && dimension < 0 ? rows : Math.Max(dimension, 1))];
        var count = checked((int)shape.Aggregate(1L, (product, dimension) => checked(product * dimension)));
        var size = spec.Type.Size();
        var data = new byte[checked(count * (size == 0 ? sizeof(uint) + 1 : size))];
        for (var i = 0; i < count; i++)
        {
            var value = (((i * 7) + (seed * 13) + 5) % 11 / 10.0) - 0.5;
            var whole = ((i * 3) + seed) % 2;
            switch (spec.Type)
            {
                case ElementType.Float32:
                    BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * size), (float)value);
                    break;
                case ElementType.Float64:
                    BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(i * size), value);
                    break;
                case ElementType.Float16:
                    BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(i * size), (Half)value);
                    break;
                case ElementType.BFloat16:
                    BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(i * size), (ushort)(BitConverter.SingleToUInt32Bits((float)value) >> 16));
                    break;
                case ElementType.Bytes:
                    data[i * (sizeof(uint) + 1)] = 1;
                    data[(i * (sizeof(uint) + 1)) + sizeof(uint)] = (byte)('0' + whole);
                    break;
                default:
                    data[i * size] = (byte)whole;
                    break;
            }
        }

        return new EngineTensor(spec.Name, spec.Type, shape, data);
    }

    private static bool Same(in EngineTensor tensor, ReadOnlySpan<byte> expected)
    {
        var actual = tensor.Data.Span;
        if (actual.Length != expected.Length)
            return false;
        if (tensor.Type is not (ElementType.Float32 or ElementType.Float64))
            return actual.SequenceEqual(expected);
        var size = tensor.Type.Size();
        for (var at = 0; at < actual.Length; at += size)
        {
            var (left, right) = size == sizeof(float)
                ? (BinaryPrimitives.ReadSingleLittleEndian(actual[at..]), BinaryPrimitives.ReadSingleLittleEndian(expected[at..]))
                : (BinaryPrimitives.ReadDoubleLittleEndian(actual[at..]), BinaryPrimitives.ReadDoubleLittleEndian(expected[at..]));
            if (!left.Equals(right) && !(Math.Abs(left - right) <= Tolerance + (Tolerance * Math.Abs(right))))
                return false;
        }

        return true;
    }
}
