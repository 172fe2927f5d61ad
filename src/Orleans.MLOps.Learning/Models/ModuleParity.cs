using System.Runtime.InteropServices;
using Orleans.MLOps.Learning.Native;
using Orleans.MLOps.Learning.Serving;
using TorchSharp;
using TorchSharp.Modules;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Compares an exported module in ONNX Runtime with the module itself, on given rows and on rows made to find differences, with the tolerance
/// of <see cref="ParityCheck"/>. A version that does not pass must not serve.
/// </summary>
public static class ModuleParity
{
    /// <summary>Rows that every check adds, half random, half extreme, unless rows are large.</summary>
    public const int GeneratedRows = 1000;

    /// <summary>Rows that a check of the largest rows still adds.</summary>
    public const int FewestGeneratedRows = 16;

    /// <summary>Elements that one row may have.</summary>
    public const int LargestRow = 1 << 24;

    private const ulong Purpose = 0x4D504152;
    private const int GeneratedElements = 1 << 18;
    private const int PieceElements = 1 << 14;

    /// <summary>Standard deviations that extreme values lie from the mean.</summary>
    private const double Far = 8;
    private static readonly float[] Extremes = [0f, -0f, 1f, -1f, 1e-38f, -1e-38f, float.Epsilon, -float.Epsilon];

    /// <summary>
    /// Runs the check. Loads libtorch. The module runs in evaluation mode, and its training mode is restored afterwards; nobody else may use it
    /// meanwhile.
    /// </summary>
    /// <param name="module">The module that was exported.</param>
    /// <param name="onnx">The exported file's bytes.</param>
    /// <param name="rows">
    /// Rows of real data, such as the holdout: FP32 or INT64 [rows, ...]. There may be no rows; the other dimensions still say how large a row is.
    /// Random numbers are drawn around the given ones, or around 0 when there are few; integers from the module's vocabulary.
    /// </param>
    /// <param name="seed">Seed of the generated rows.</param>
    /// <returns>The report; it says whether the model passed.</returns>
    /// <exception cref="InvalidDataException">The bytes are no ONNX model that computes such rows, or its outputs have other shapes.</exception>
    /// <exception cref="ArgumentException">The rows are malformed, empty or too large, or the module refuses them.</exception>
    /// <exception cref="NotSupportedException">The module is none of one tensor.</exception>
    public static ParityReport Run(torch.nn.Module module, byte[] onnx, EngineTensor rows, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(module);
        EngineTensors.Require(rows with { Name = nameof(rows) });
        var elements = rows.Shape.Skip(1).Aggregate(1.0, (product, size) => product * size);
        if (rows.Shape.Length == 0 || elements is 0 or > LargestRow || rows.Type is not (ElementType.Float32 or ElementType.Int64))
            throw new ArgumentException($"Rows of {rows.Type} [{string.Join(", ", rows.Shape)}] cannot be compared; FP32 or INT64 [rows, ...] can.", nameof(rows));
        using var engine = new OnnxEngine(onnx);
        if (engine.Inputs.Count != 1 || engine.Inputs[0].Type != rows.Type)
            throw new InvalidDataException(
                $"The ONNX model takes {string.Join(", ", engine.Inputs.Select(input => $"{input.Name} {input.Type}"))}; one input of {rows.Type} is needed.");
        TorchNative.EnsureLoadable();
        TorchNative.UseThisThreadAlone();
        using var mode = new EvaluationMode(module);
        using var inference = torch.no_grad();
        var width = (int)elements;
        var generated = Math.Clamp(GeneratedElements / width, FewestGeneratedRows, GeneratedRows);
        var random = new SeededStream((ulong)seed, Purpose);
        var comparison = new ParityComparison();
        if (rows.Type == ElementType.Float32)
        {
            var given = MemoryMarshal.Cast<byte, float>(rows.Data.Span).ToArray();
            Compare<float>(engine, module, rows, width, [.. given, .. Numbers(random, given, width, generated)], comparison);
        }
        else
        {
            var given = MemoryMarshal.Cast<byte, long>(rows.Data.Span).ToArray();
            Compare<long>(engine, module, rows, width, [.. given, .. Indices(random, Vocabulary(module, given), width * generated)], comparison);
        }

        return comparison.Report((int)rows.Shape[0] + generated);
    }

    private static void Compare<T>(
        OnnxEngine engine, torch.nn.Module module, in EngineTensor rows, int width, T[] values, ParityComparison comparison)
        where T : unmanaged
    {
        var total = values.Length / width;
        var size = Math.Clamp(PieceElements / width, 1, total);
        for (var start = 0; start < total; start += size)
        {
            var piece = Math.Min(size, total - start);
            var data = MemoryMarshal.AsBytes(values.AsSpan(start * width, piece * width)).ToArray();
            Compare(engine, module, new EngineTensor(engine.Inputs[0].Name, rows.Type, [piece, .. rows.Shape[1..]], data), start, comparison);
        }
    }

    private static void Compare(OnnxEngine engine, torch.nn.Module module, in EngineTensor piece, int start, ParityComparison comparison)
    {
        using var scope = torch.NewDisposeScope();
        EngineTensor[] actual;
        try
        {
            actual = engine.Run([piece], []);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"The ONNX model cannot compute rows of this module: {error.Message}", error);
        }

        var expected = Forward(module, TorchTensors.Read(engine.Inputs[0], piece));
        if (actual.Length != expected.Length)
            throw new InvalidDataException($"The ONNX model has {actual.Length} outputs; the module has {expected.Length}.");
        for (var i = 0; i < actual.Length; i++)
        {
            if (actual[i].Type != ElementType.Float32 || !actual[i].Shape.AsSpan().SequenceEqual(expected[i].shape))
                throw new InvalidDataException(
                    $"The ONNX model gives {actual[i].Name} as {actual[i].Type} [{string.Join(", ", actual[i].Shape)}]; " +
                    $"the module gives {expected[i].dtype} [{string.Join(", ", expected[i].shape)}].");
            var values = TorchTensors.Write(engine.Outputs[i], expected[i]);
            // What has another first dimension, such as a final state, is of no one row.
            var perRow = expected[i].shape is [var first, ..] && first == piece.Shape[0] ? Math.Max(values.Data.Length / sizeof(float) / (int)first, 1) : int.MaxValue;
            comparison.Add(
                MemoryMarshal.Cast<byte, float>(values.Data.Span), MemoryMarshal.Cast<byte, float>(actual[i].Data.Span), start, perRow);
        }
    }

    private static torch.Tensor[] Forward(torch.nn.Module module, torch.Tensor input)
    {
        try
        {
            return ModuleForward.Run(module, input);
        }
        catch (ExternalException error)
        {
            throw new ArgumentException($"The module refuses rows of shape [{string.Join(", ", input.shape)}]: {error.Message}", error);
        }
    }

    private static float[] Numbers(SeededStream random, float[] given, int width, int rows)
    {
        var (means, scales) = Spread(given, width);
        var values = new float[rows * width];
        for (var i = 0; i < values.Length; i++)
        {
            var (mean, scale) = (means[i % width], scales[i % width]);
            var typical = (float)(mean + 2.0 * scale * random.NextNormal());
            if (i / width % 2 == 0 || random.NextInt32(2) == 0)
                values[i] = typical;
            else if (random.NextInt32(Extremes.Length + 2) is var extreme && extreme < Extremes.Length)
                values[i] = Extremes[extreme];
            else
                values[i] = (float)(mean + (extreme == Extremes.Length ? Far : -Far) * scale);
        }

        return values;
    }

    /// <summary>Mean and standard deviation of each place in a row; those of standardised data when there are too few rows to tell.</summary>
    private static (double[] Means, double[] Scales) Spread(float[] given, int width)
    {
        const int Enough = 8;
        var rows = given.Length / width;
        var means = new double[width];
        var scales = new double[width];
        if (rows < Enough)
        {
            Array.Fill(scales, 1.0);
            return (means, scales);
        }

        for (var i = 0; i < given.Length; i++)
            means[i % width] += given[i] / (double)rows;
        for (var i = 0; i < given.Length; i++)
            scales[i % width] += Math.Pow(given[i] - means[i % width], 2) / rows;
        return (means, [.. scales.Select(Math.Sqrt)]);
    }

    private static long Vocabulary(torch.nn.Module module, long[] given)
    {
        var sizes = module.modules().Prepend(module).OfType<Embedding>().Select(embedding => embedding.weight!.shape[0]).ToArray();
        return sizes.Length > 0 ? sizes.Min() : given.Append(0).Max() + 1;
    }

    private static long[] Indices(SeededStream random, long vocabulary, int count)
    {
        var bound = (int)Math.Min(vocabulary, int.MaxValue);
        var values = new long[count];
        for (var i = 0; i < count; i++)
            values[i] = random.NextInt32(8) switch { 0 => 0, 1 => vocabulary - 1, _ => random.NextInt32(bound) };
        return values;
    }
}
