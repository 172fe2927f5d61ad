using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Serving.Scoring.Rows;

/// <summary>
/// Scores with a model of tensors whose first dimensions are rows. Each input of one value a row is the column of its name; one input of k values a
/// row is made of k columns that the command names.
/// </summary>
internal sealed class TensorRowScorer : RowScorer
{
    private const int PieceRows = 1024;

    private readonly TensorModel _model;
    private readonly List<TensorInput> _inputs = [];
    private readonly TensorOutput[] _outputs;

    public TensorRowScorer(TensorModel model, IReadOnlyList<ColumnSchema> columns, ScoreDataset command)
    {
        _model = model;
        var reads = new List<SourceColumn>();
        if (command.Inputs.Length > 0)
        {
            AddWide(columns, command.Inputs, reads);
        }
        else
        {
            AddByName(columns, reads);
        }

        Inputs = [.. reads];
        var signature = model.Signature.Outputs;
        _outputs = [.. ScoredColumns.Kept(command, [.. signature.Select(output => output.Name)]).Select(kept => new TensorOutput(signature[kept.Output], kept.Name))];
        Outputs = [.. _outputs.SelectMany(output => output.Columns)];
    }

    public override SourceColumn[] Inputs { get; }

    public override string[] Outputs { get; }

    public override ParquetColumn[] Score(SourceRows rows, CancellationToken cancellationToken)
    {
        var wanted = Array.ConvertAll(_outputs, output => output.Tensor);
        var results = Array.ConvertAll(_outputs, output => output.Collect(rows.Count));

        // Where rows see each other, each goes alone, as it does when a caller asks for one.
        var piece = _model.Batchable ? PieceRows : 1;
        for (var from = 0; from < rows.Count; from += piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(piece, rows.Count - from);
            EngineTensor[] inputs = [.. _inputs.Select(input => input.Read(rows, from, count))];
            var outputs = Run(inputs, wanted, rows, from, count);
            for (var i = 0; i < results.Length; i++)
            {
                results[i].Add(outputs[i], from, count);
            }
        }

        return [.. results.SelectMany(result => result.ToColumns())];
    }

    private EngineTensor[] Run(EngineTensor[] inputs, string[] wanted, SourceRows rows, int from, int count)
    {
        try
        {
            return _model.Engine.Run(inputs, wanted);
        }
        catch (ArgumentException error)
        {
            throw new InvalidInputException(
                $"Rows {rows.Ordinals[from]} to {rows.Ordinals[from + count - 1]} (row_ordinal, from 0) cannot be computed: {error.Message}", "inputs", error);
        }
    }

    private void AddWide(IReadOnlyList<ColumnSchema> columns, string[] names, List<SourceColumn> reads)
    {
        TensorSpec[] needed = [.. _model.Signature.Inputs.Where(input => !input.Optional)];
        if (needed is not [{ Shape: [-1, var width] } spec])
        {
            throw new InvalidInputException(
                $"inputs names {names.Length} columns, which is for models with one input of shape [-1, k]; {Of(_model)} takes {string.Join(", ", needed.Select(Words))}.", "inputs");
        }

        if (width >= 0 && width != names.Length)
        {
            throw new InvalidInputException($"inputs names {names.Length} columns; input {Words(spec)} of {Of(_model)} needs {width}.", "inputs");
        }

        Add(spec, names, columns, reads);
    }

    private void AddByName(IReadOnlyList<ColumnSchema> columns, List<SourceColumn> reads)
    {
        foreach (var spec in _model.Signature.Inputs)
        {
            if (spec.Optional && !columns.Any(column => column.Name == spec.Name))
            {
                continue;
            }

            if (spec.Shape is not ([-1] or [-1, 1]))
            {
                throw new InvalidInputException(spec.Shape is [-1, _]
                    ? $"Input {Words(spec)} of {Of(_model)} takes more than one value a row: name its columns, in order, in inputs."
                    : $"Input {Words(spec)} of {Of(_model)} does not take rows of a dataset; [-1], [-1, 1] and one input of [-1, k] do.", "inputs");
            }

            Add(spec, [spec.Name], columns, reads);
        }
    }

    private void Add(TensorSpec spec, string[] names, IReadOnlyList<ColumnSchema> columns, List<SourceColumn> reads)
    {
        var type = TensorInput.TypeOf(spec);
        _inputs.Add(new TensorInput(spec, reads.Count, names.Length));
        reads.AddRange(names.Select(name => SourceColumn.Find(columns, name, type, $"Input {Words(spec)}")));
    }

    private static string Of(TensorModel model) => $"version {model.Version.Version} of model '{model.Version.Model}'";

    private static string Words(TensorSpec spec) => $"'{spec.Name}' {spec.Type} [{string.Join(", ", spec.Shape)}]";
}
