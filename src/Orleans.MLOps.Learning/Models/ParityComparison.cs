namespace Orleans.MLOps.Learning.Models;

/// <summary>Gathers the differences of a parity check.</summary>
internal sealed class ParityComparison
{
    private double _largest;
    private int? _firstFailing;

    /// <summary>Compares values.</summary>
    /// <param name="expected">What Torch gives.</param>
    /// <param name="actual">What ONNX Runtime gives, as many.</param>
    /// <param name="start">The row of the first value.</param>
    /// <param name="perRow">Values that each row has.</param>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int start, int perRow)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = expected[i] == actual[i] ? 0.0 : Math.Abs((double)actual[i] - expected[i]);
            if (!double.IsFinite(difference))
                difference = 1.0;
            _largest = Math.Max(_largest, difference);
            if (difference > ParityCheck.Tolerance + ParityCheck.Tolerance * Finite(expected[i]) || float.IsNaN(expected[i]))
                _firstFailing = Math.Min(_firstFailing ?? int.MaxValue, start + i / perRow);
        }
    }

    public ParityReport Report(int rows) => new()
    {
        Rows = rows,
        MaxAbsoluteDifference = _largest,
        Passed = _firstFailing is null,
        FirstFailingRow = _firstFailing,
    };

    private static double Finite(float value) => float.IsFinite(value) ? Math.Abs((double)value) : 0.0;
}
