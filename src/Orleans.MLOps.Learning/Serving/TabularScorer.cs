using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// A network of the platform, loaded: columns of raw numbers and texts in, probabilities out. Whoever scores with it, a silo or a process without
/// one, computes the same. Thread-safe; needs no libtorch.
/// </summary>
public sealed class TabularScorer : IDisposable
{
    /// <summary>Loads a network.</summary>
    /// <param name="spec">The network: its inputs, their order and their encoding.</param>
    /// <param name="onnx">Bytes of the ONNX file that <see cref="OnnxExporter"/> wrote of it.</param>
    /// <exception cref="ArgumentException">The specification is not valid.</exception>
    /// <exception cref="InvalidDataException">The bytes are not an ONNX model that can run, or one of another network's inputs.</exception>
    public TabularScorer(TabularNetworkSpec spec, ReadOnlySpan<byte> onnx)
    {
        Encoder = new TabularEncoder(spec);
        Engine = new OnnxScorer(onnx);
        if ((Engine.NumericInputs, Engine.CategoricalInputs) != (spec.Numeric.Count, spec.Categorical.Count))
        {
            Engine.Dispose();
            throw new InvalidDataException(
                $"The ONNX model takes {Engine.NumericInputs} numbers and {Engine.CategoricalInputs} categories a row; its network has {spec.Numeric.Count} and {spec.Categorical.Count}.");
        }
    }

    /// <summary>How raw values become what the network reads.</summary>
    public TabularEncoder Encoder { get; }

    /// <summary>Scores rows that are encoded already.</summary>
    public OnnxScorer Engine { get; }

    /// <summary>Encodes columns as <see cref="OnnxScorer.Score"/> takes them.</summary>
    /// <param name="numeric">One column a numeric input, in order, each <paramref name="rows"/> long; NaN for missing.</param>
    /// <param name="categorical">One column a categorical input, in order, each <paramref name="rows"/> long; null or empty for missing.</param>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <returns>Row-major [rows, inputs] each.</returns>
    /// <exception cref="ArgumentException">The columns do not fit the network, or a number is infinite or beyond the range of a 32-bit float.</exception>
    public (float[] Numbers, long[] Indices) Encode(double[][] numeric, string[][] categorical, int rows)
    {
        ArgumentNullException.ThrowIfNull(numeric);
        ArgumentNullException.ThrowIfNull(categorical);
        Require("numeric", numeric, Encoder.Spec.Numeric.Count, rows);
        Require("categorical", categorical, Encoder.Spec.Categorical.Count, rows);
        var (numbers, indices) = (new float[rows * numeric.Length], new long[rows * categorical.Length]);
        for (var input = 0; input < numeric.Length; input++)
        {
            for (var row = 0; row < rows; row++)
            {
                numbers[(row * numeric.Length) + input] = Encoder.EncodeNumber(input, numeric[input][row]);
            }
        }

        for (var input = 0; input < categorical.Length; input++)
        {
            for (var row = 0; row < rows; row++)
            {
                indices[(row * categorical.Length) + input] = Encoder.EncodeCategory(input, categorical[input][row]);
            }
        }

        return (numbers, indices);
    }

    /// <summary>Encodes and scores columns on the caller's thread.</summary>
    /// <param name="numeric">One column a numeric input, in order, each <paramref name="rows"/> long; NaN for missing.</param>
    /// <param name="categorical">One column a categorical input, in order, each <paramref name="rows"/> long; null or empty for missing.</param>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <returns>One probability in [0, 1] a row.</returns>
    /// <exception cref="ArgumentException">The columns do not fit the network, or a number is infinite or beyond the range of a 32-bit float.</exception>
    /// <exception cref="ObjectDisposedException">The scorer was disposed before the call.</exception>
    public float[] Score(double[][] numeric, string[][] categorical, int rows)
    {
        var (numbers, indices) = Encode(numeric, categorical, rows);
        var probabilities = new float[rows];
        Engine.Score(numbers, indices, rows, probabilities);
        return probabilities;
    }

    /// <summary>Refuses new calls and releases the model as soon as the last call under way has ended. Idempotent; does not wait.</summary>
    public void Dispose() => Engine.Dispose();

    private static void Require<T>(string kind, T[][] columns, int count, int rows)
    {
        if (columns.Length != count)
            throw new ArgumentException($"{columns.Length} {kind} columns were given; {count} are needed.");
        foreach (var column in columns)
        {
            if (column.Length != rows)
                throw new ArgumentException($"A {kind} column has {column.Length} values; {rows} rows are scored.");
        }
    }
}
