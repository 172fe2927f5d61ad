using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// Scores rows with one loaded ONNX model of the signature that <see cref="OnnxExporter"/> writes. Thread-safe: callers run on their
/// own threads with buffers that are kept and reused, so calls of up to 64 rows allocate nothing once warm. Needs no libtorch.
/// </summary>
public sealed class OnnxScorer : IDisposable
{
    /// <summary>Rows that go to the engine at once; larger calls are cut into pieces of this size.</summary>
    public const int PieceRows = 1024;

    private readonly InferenceSession _session;
    private readonly ScoringLane?[] _idle = new ScoringLane?[Environment.ProcessorCount * 4];
    private readonly EngineUsers _users;

    /// <summary>Loads a model.</summary>
    /// <param name="model">The ONNX file's bytes.</param>
    /// <exception cref="InvalidDataException">The bytes are not an ONNX model that can run, keep tensors in other files, or have other inputs and outputs.</exception>
    public OnnxScorer(ReadOnlySpan<byte> model)
    {
        var bytes = model.ToArray();
        OnnxContents.RequireSelfContained(bytes);
        using var options = OnnxRuntimeThreads.CreateSessionOptions();
        // ONNX Runtime would take its own format too, which the check above cannot read.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        try
        {
            _session = new InferenceSession(bytes, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"The {model.Length} bytes are not an ONNX model that can be loaded: {error.Message}", error);
        }

        try
        {
            NumericInputs = Width(_session.InputMetadata, OnnxExporter.NumericInput, TensorElementType.Float);
            CategoricalInputs = Width(_session.InputMetadata, OnnxExporter.CategoriesInput, TensorElementType.Int64);
            var named = (NumericInputs > 0 ? 1 : 0) + (CategoricalInputs > 0 ? 1 : 0);
            if (named == 0 || named != _session.InputMetadata.Count)
                throw new InvalidDataException(
                    $"The ONNX model has the inputs {string.Join(", ", _session.InputMetadata.Keys)}; 'numeric' and 'categories' are known.");
            if (Width(_session.OutputMetadata, OnnxExporter.ProbabilityOutput, TensorElementType.Float) != 1)
                throw new InvalidDataException("The ONNX model has no output 'probability' of shape [batch, 1].");
        }
        catch
        {
            _session.Dispose();
            throw;
        }

        _users = new EngineUsers(this, Release);
    }

    /// <summary>Numbers that a row takes; 0 when the model has no input <c>numeric</c>.</summary>
    public int NumericInputs { get; }

    /// <summary>Category indices that a row takes; 0 when the model has no input <c>categories</c>.</summary>
    public int CategoricalInputs { get; }

    /// <summary>Computes the probability of every row.</summary>
    /// <param name="numeric">Raw numbers, row-major [rows, <see cref="NumericInputs"/>].</param>
    /// <param name="categories">Category indices, row-major [rows, <see cref="CategoricalInputs"/>].</param>
    /// <param name="rows">Number of rows; 0 does nothing.</param>
    /// <param name="probabilities">Receives one probability in [0, 1] a row; exactly <paramref name="rows"/> long.</param>
    /// <exception cref="ArgumentException">A span's length does not fit, or an index lies outside its vocabulary.</exception>
    /// <exception cref="ObjectDisposedException">The scorer was disposed before the call.</exception>
    public void Score(ReadOnlySpan<float> numeric, ReadOnlySpan<long> categories, int rows, Span<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        RequireLength("numeric", numeric.Length, rows, NumericInputs);
        RequireLength("categories", categories.Length, rows, CategoricalInputs);
        RequireLength("probabilities", probabilities.Length, rows, 1);
        _users.Enter();
        ScoringLane? lane = null;
        try
        {
            lane = Rent();
            for (var start = 0; start < rows; start += PieceRows)
            {
                var piece = Math.Min(PieceRows, rows - start);
                lane.Run(
                    numeric.Slice(start * NumericInputs, piece * NumericInputs),
                    categories.Slice(start * CategoricalInputs, piece * CategoricalInputs),
                    probabilities.Slice(start, piece));
            }
        }
        catch (OnnxRuntimeException error)
        {
            throw new ArgumentException(
                $"The model could not score the rows; a category index may lie outside its vocabulary: {error.Message}", nameof(categories), error);
        }
        finally
        {
            if (lane is not null)
                Return(lane);
            _users.Leave();
        }
    }

    /// <summary>Refuses new calls and releases the model as soon as the last call under way has ended. Idempotent; does not wait.</summary>
    public void Dispose() => _users.Dispose();

    private static int Width(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, TensorElementType type)
    {
        if (!nodes.TryGetValue(name, out var node))
            return 0;
        if (!node.IsTensor || node.ElementDataType != type || node.Dimensions.Length != 2 || node.Dimensions[1] < 1)
            throw new InvalidDataException(
                $"The ONNX model's '{name}' is {node.ElementDataType} [{string.Join(", ", node.Dimensions)}]; {type} [batch, width] is needed.");
        return node.Dimensions[1];
    }

    private static void RequireLength(string name, int given, int rows, int width)
    {
        if (given != (long)rows * width)
            throw new ArgumentException($"'{name}' has {given} values; {rows} rows of {width} are needed.", name);
    }

    private void Release()
    {
        foreach (var lane in _idle)
            lane?.Dispose();
        _session.Dispose();
    }

    private ScoringLane Rent()
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } lane)
                return lane;
        }

        return new ScoringLane(_session, NumericInputs, CategoricalInputs);
    }

    private void Return(ScoringLane lane)
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is null && Interlocked.CompareExchange(ref _idle[i], lane, null) is null)
                return;
        }

        lane.Dispose();
    }
}
