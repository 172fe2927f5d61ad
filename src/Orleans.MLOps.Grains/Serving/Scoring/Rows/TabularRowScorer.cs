using Orleans.MLOps.Datasets;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Serving.Scoring.Rows;

/// <summary>Scores with a network of the platform: its inputs are the columns of their names.</summary>
internal sealed class TabularRowScorer : RowScorer
{
    private const int PieceRows = 16_384;

    private readonly TabularModel _model;
    private readonly int _numeric;

    public TabularRowScorer(TabularModel model, IReadOnlyList<ColumnSchema> columns, ScoreDataset command)
    {
        if (command.Inputs.Length > 0)
        {
            throw new InvalidInputException(
                $"inputs are given, but version {model.Version.Version} of model '{model.Version.Model}' is a network whose inputs are the columns of their names; leave inputs empty.", "inputs");
        }

        var layout = FeatureLayout.Create(model.Version.Signature, view: null);
        _model = model;
        _numeric = layout.Numeric.Length;
        Inputs =
        [
            .. layout.Numeric.Select(name => SourceColumn.Find(columns, name, ColumnType.Double, "The network")),
            .. layout.Categorical.Select(name => SourceColumn.Find(columns, name, ColumnType.Text, "The network")),
        ];
        Outputs = [.. ScoredColumns.Kept(command, [TabularTensors.Probability]).Select(output => output.Name)];
    }

    public override SourceColumn[] Inputs { get; }

    public override string[] Outputs { get; }

    public override ParquetColumn[] Score(SourceRows rows, CancellationToken cancellationToken)
    {
        var scores = new double?[rows.Count];
        for (var from = 0; from < rows.Count; from += PieceRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(PieceRows, rows.Count - from);
            var numeric = new double[_numeric][];
            var categorical = new string[Inputs.Length - _numeric][];
            for (var input = 0; input < Inputs.Length; input++)
            {
                if (input < _numeric)
                {
                    numeric[input] = Numbers(rows, input, from, count);
                }
                else
                {
                    categorical[input - _numeric] = Texts(rows, input, from, count);
                }
            }

            var probabilities = _model.Score(numeric, categorical, count);
            for (var row = 0; row < count; row++)
            {
                scores[from + row] = probabilities[row];
            }
        }

        return [ParquetColumn.Numbers(Outputs[0], scores)];
    }

    /// <summary>What an endpoint takes: finite 32-bit numbers, NaN for missing.</summary>
    private static double[] Numbers(SourceRows rows, int input, int from, int count)
    {
        var numbers = rows.Numbers(input).Slice(from, count).ToArray();
        for (var row = 0; row < count; row++)
        {
            if (!double.IsNaN(numbers[row]) && !float.IsFinite((float)numbers[row]))
            {
                throw rows.Refuse(from + row, input, numbers[row], "a finite 32-bit number, or none for missing,");
            }
        }

        return numbers;
    }

    private static string[] Texts(SourceRows rows, int input, int from, int count)
    {
        var texts = new string[count];
        var given = rows.Texts(input).Slice(from, count);
        for (var row = 0; row < count; row++)
        {
            texts[row] = given[row] ?? "";
        }

        return texts;
    }
}
