using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Serving.Scoring.Rows;

/// <summary>One output of a model and the columns that become of it.</summary>
internal sealed class TensorOutput
{
    private const int MostWidth = 1024;

    private readonly TensorType _type;

    /// <exception cref="InvalidInputException">It does not give the same number of values for every row, or values that datasets do not hold.</exception>
    public TensorOutput(TensorSpec spec, string name)
    {
        var width = spec.Shape switch
        {
            [-1] => 1,
            [-1, >= 1 and <= MostWidth and var values] => (int)values,
            _ => throw new InvalidInputException(
                $"Output '{spec.Name}' [{string.Join(", ", spec.Shape)}] does not become columns; [-1] and [-1, m] up to {MostWidth} do: name those that are kept in outputs.", "outputs"),
        };
        Tensor = spec.Name;
        Columns = width == 1 ? [name] : [.. Enumerable.Range(0, width).Select(i => $"{name}_{i}")];
        _type = spec.Type is TensorType.None
            ? throw new InvalidInputException($"Output '{spec.Name}' has no type.", "outputs")
            : spec.Type;
    }

    /// <summary>The output's name.</summary>
    public string Tensor { get; }

    /// <summary>The names of its columns.</summary>
    public string[] Columns { get; }

    /// <summary>Collects its values for so many rows.</summary>
    public TensorValues Collect(int rows) => new(this, _type, rows);
}
