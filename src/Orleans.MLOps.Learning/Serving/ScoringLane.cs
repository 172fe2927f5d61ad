using Microsoft.ML.OnnxRuntime;
using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>Pinned buffers of one scoring thread, bound to the session once for each small batch size.</summary>
internal sealed class ScoringLane : IDisposable
{
    private const int KeptSizes = 64;

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly Bound?[] _bound = new Bound?[KeptSizes + 1];
    private readonly int _numericWidth;
    private readonly int _categoricalWidth;
    private float[] _numeric = [];
    private long[] _categories = [];
    private float[] _probabilities = [];
    private int _capacity;

    public ScoringLane(InferenceSession session, int numericWidth, int categoricalWidth)
    {
        _session = session;
        _numericWidth = numericWidth;
        _categoricalWidth = categoricalWidth;
    }

    public void Run(ReadOnlySpan<float> numeric, ReadOnlySpan<long> categories, Span<float> probabilities)
    {
        var rows = probabilities.Length;
        Grow(rows);
        numeric.CopyTo(_numeric);
        categories.CopyTo(_categories);
        if (rows <= KeptSizes)
        {
            _session.RunWithBinding(_options, (_bound[rows] ??= Bind(rows)).Binding);
        }
        else
        {
            using var bound = Bind(rows);
            _session.RunWithBinding(_options, bound.Binding);
        }

        _probabilities.AsSpan(0, rows).CopyTo(probabilities);
    }

    public void Dispose()
    {
        Forget();
        _options.Dispose();
    }

    private void Grow(int rows)
    {
        if (rows <= _capacity)
            return;
        Forget();
        _capacity = rows <= KeptSizes ? KeptSizes : OnnxScorer.PieceRows;
        _numeric = GC.AllocateUninitializedArray<float>(_capacity * _numericWidth, pinned: true);
        _categories = GC.AllocateUninitializedArray<long>(_capacity * _categoricalWidth, pinned: true);
        _probabilities = GC.AllocateUninitializedArray<float>(_capacity, pinned: true);
    }

    private void Forget()
    {
        for (var i = 0; i < _bound.Length; i++)
        {
            _bound[i]?.Dispose();
            _bound[i] = null;
        }
    }

    private Bound Bind(int rows)
    {
        var bound = new Bound(_session.CreateIoBinding());
        if (_numericWidth > 0)
            bound.Input(OnnxExporter.NumericInput, _numeric, rows, _numericWidth);
        if (_categoricalWidth > 0)
            bound.Input(OnnxExporter.CategoriesInput, _categories, rows, _categoricalWidth);
        bound.Output(OnnxExporter.ProbabilityOutput, _probabilities, rows);
        return bound;
    }

    private sealed class Bound(OrtIoBinding binding) : IDisposable
    {
        private readonly List<OrtValue> _values = new(3);

        public OrtIoBinding Binding { get; } = binding;

        public void Input<T>(string name, T[] buffer, int rows, int width)
            where T : unmanaged
            => Binding.BindInput(name, Keep(buffer, rows, width));

        public void Output(string name, float[] buffer, int rows) => Binding.BindOutput(name, Keep(buffer, rows, 1));

        public void Dispose()
        {
            Binding.Dispose();
            _values.ForEach(value => value.Dispose());
        }

        private OrtValue Keep<T>(T[] buffer, int rows, int width)
            where T : unmanaged
        {
            var value = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, rows * width), [rows, width]);
            _values.Add(value);
            return value;
        }
    }
}
